// `parlance jobs`: what runs, what waits and what was given up; retries or forgets given-up jobs, cancels the reading of an upload.
import { defineCommand } from "citty";
import { type CurrentJob, type JobList, jobGroups, jobList } from "#services/contract/job-list.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { ask, type Client } from "../client/client.ts";
import { count, json, line, paint, printable, table, when } from "../client/output.ts";
import { listCollections } from "../collections.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const list = (client: Client) => ask(client, jobList, { path: "/api/v1/jobs" });

type Names = ReadonlyMap<string, string>;

const nameOf = (names: Names, collection: string | null): string =>
  collection === null ? "–" : (names.get(collection) ?? collection);

const groupCells = (group: readonly CurrentJob[], names: Names, now: number): string[] => {
  const [first, another] = group;
  if (first === undefined) return [];
  const later = first.state === "waiting" && first.dueAt > now ? ` until ${when(first.dueAt)}` : "";
  return [
    nameOf(names, first.collection),
    first.title,
    count(group.length),
    `${first.state}${later}`,
    first.progress === null ? "–" : `${Math.floor(first.progress * 100)} %`,
    when(Math.min(...group.map(({ askedAt }) => askedAt))),
    count(Math.max(...group.map(({ attempts }) => attempts))),
    another === undefined ? first.id : "–",
    group.find(({ reason }) => reason !== null)?.reason ?? "",
  ];
};

const print = ({ counts, current, givenUp }: JobList, names: Names): void => {
  const sum = (of: "waiting" | "active" | "givenUp") =>
    counts.reduce((all, one) => all + one[of], 0);
  line(
    `${count(sum("active"))} running, ${count(sum("waiting"))} waiting, ${count(sum("givenUp"))} given up`,
  );
  if (current.length > 0) {
    line();
    table(
      ["collection", "job", "jobs", "state", "progress", "since", "attempts", "id", "why"],
      jobGroups(current).map((group) => groupCells(group, names, Date.now())),
    );
    const more = sum("active") + sum("waiting") - current.length;
    if (more > 0) line(paint("dim", `and ${count(more)} more`));
    if (current.some(({ cancellable }) => cancellable))
      line(paint("dim", "`parlance jobs cancel ID` cancels the reading of an upload."));
  }
  if (givenUp.length === 0) return;
  line();
  table(
    ["collection", "given up", "when", "attempts", "about", "id", "why"],
    givenUp.map((job) => [
      nameOf(names, job.collection),
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
    paint(
      "dim",
      "`parlance jobs retry ID` (or `all`) tries a job again, `parlance jobs forget ID` removes it.",
    ),
  );
};

type Change = "retry" | "forget" | "cancel";

/** Changes each of the named jobs. @returns the jobs afterwards */
const change = async (client: Client, which: string, action: Change) => {
  let now = await list(client);
  const all =
    action === "cancel" ? now.current.filter(({ cancellable }) => cancellable) : now.givenUp;
  const ids = which === "all" ? all.map(({ id }) => id) : [which];
  for (const id of ids) {
    const path = `/api/v1/jobs/${encodeURIComponent(id)}`;
    try {
      now = await ask(
        client,
        jobList,
        action === "forget"
          ? { path, method: "DELETE" }
          : { path: `${path}/${action}`, method: "POST" },
      );
    } catch (error) {
      // Of all jobs one may have ended meanwhile, or not be one that can be forgotten: the others are still to be changed.
      if (which !== "all" || !(error instanceof ParlanceError) || error.kind === "unavailable")
        throw error;
      process.stderr.write(`${id}: ${printable(error.message)}\n`);
    }
  }
  return now;
};

export const jobs = defineCommand({
  meta: {
    name: "jobs",
    description: "What runs, waits and was given up; retry, forget or cancel a job",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: "list (default), retry or forget (a given-up job), cancel (reading an upload)",
    },
    job: { type: "positional", required: false, description: "Id of a job, or all" },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const action = actionOf("jobs", args.action, ["list", "retry", "forget", "cancel"]);
    const { job } = args;
    if (action === "list" && job !== undefined)
      throw misuse("“parlance jobs list” takes no id.", "`parlance jobs` lists all jobs.");
    if (action !== "list" && job === undefined)
      throw misuse(
        `Name the job to ${action}.`,
        "`parlance jobs` lists the ids; `all` means all of them.",
      );
    const client = await openClient();
    try {
      const now =
        action === "list" || job === undefined
          ? await list(client)
          : await change(client, job, action);
      if (args.json) return json(now);
      const collections = await listCollections(client);
      print(now, new Map(collections.map(({ id, name }) => [id, name])));
    } finally {
      await client.close();
    }
  },
});
