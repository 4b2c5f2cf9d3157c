// `parlance jobs`: lists waiting and given-up jobs, and retries or forgets given-up ones.
import { defineCommand } from "citty";
import { type JobList, jobList } from "#services/contract/job-list.ts";
import { rejected } from "#services/domain/errors.ts";
import { ask, type Client } from "../client/client.ts";
import { count, json, line, table, when } from "../client/output.ts";
import { openClient } from "../open-client.ts";

const list = (client: Client) => ask(client, jobList, { path: "/api/v1/jobs" });

const print = ({ counts, givenUp }: JobList): void => {
  table(
    ["job", "waiting", "running", "given up"],
    counts.map((one) => [one.name, count(one.waiting), count(one.active), count(one.givenUp)]),
  );
  if (givenUp.length === 0) return;
  line();
  table(
    ["given up", "when", "attempts", "about", "id", "why"],
    givenUp.map((job) => [
      job.title,
      when(job.givenUpAt),
      String(job.attempts),
      Object.values(job.about)
        .filter((id) => id !== null)
        .join(" "),
      job.id,
      job.reason,
    ]),
  );
  line(
    "`parlance jobs retry ID` (or `all`) tries a job again, `parlance jobs forget ID` removes it.",
  );
};

/** Retries or forgets each of the named jobs. @returns the jobs afterwards */
const change = async (client: Client, which: string, action: "retry" | "forget") => {
  let now = await list(client);
  const ids = which === "all" ? now.givenUp.map(({ id }) => id) : [which];
  for (const id of ids) {
    const path = `/api/v1/jobs/${encodeURIComponent(id)}`;
    now = await ask(
      client,
      jobList,
      action === "retry" ? { path: `${path}/retry`, method: "POST" } : { path, method: "DELETE" },
    );
  }
  return now;
};

export const jobs = defineCommand({
  meta: {
    name: "jobs",
    description: "List waiting and given-up jobs; retry or forget given-up ones",
  },
  args: {
    action: { type: "positional", required: false, description: "list (default), retry or forget" },
    job: { type: "positional", required: false, description: "Id of a given-up job, or all" },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const { action = "list", job } = args;
    if (action !== "list" && action !== "retry" && action !== "forget")
      throw rejected(`“${action}” is not an action on jobs.`, {
        code: "bad-action",
        hint: "Use list, retry or forget.",
      });
    if (action !== "list" && job === undefined)
      throw rejected(`Name the job to ${action}.`, {
        code: "no-job",
        hint: "`parlance jobs` lists the ids; `all` means all given-up jobs.",
      });
    const client = await openClient();
    try {
      const now =
        action === "list" || job === undefined
          ? await list(client)
          : await change(client, job, action);
      if (args.json) return json(now);
      print(now);
    } finally {
      await client.close();
    }
  },
});
