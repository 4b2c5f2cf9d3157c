// `parlance jobs`: what runs, what waits and what was given up; retries or forgets given-up jobs, cancels the reading of an upload.
import { defineCommand } from "citty";
import { type CurrentJob, type JobList, jobGroups, jobList } from "#services/contract/job-list.ts";
import { type GivenUpList, givenUpList } from "#services/contract/server.ts";
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

const everywhere = "/api/v1/given-up-jobs";

const printEverywhere = ({ total, jobs: found }: GivenUpList): void => {
  line(`${count(total)} given up in all organizations`);
  if (found.length === 0) return;
  line();
  table(
    ["organization", "given up", "when", "attempts", "collection", "id", "why"],
    found.map((job) => [
      job.organization.name,
      job.title,
      when(job.givenUpAt),
      String(job.attempts),
      job.collection ?? "–",
      job.id,
      job.reason,
    ]),
  );
  if (total > found.length) line(paint("dim", `and ${count(total - found.length)} more`));
};

type Change = "retry" | "forget" | "cancel";

const changeOf = (path: string, action: Change) =>
  action === "forget" ? { path, method: "DELETE" } : { path: `${path}/${action}`, method: "POST" };

/** One job, or all of these: of several one may have ended meanwhile, or cannot be forgotten, and the others are still changed. */
const changeEach = async (
  which: string,
  all: readonly { readonly id: string }[],
  change: (id: string) => Promise<unknown>,
): Promise<void> => {
  for (const id of which === "all" ? all.map((one) => one.id) : [which]) {
    try {
      await change(id);
    } catch (error) {
      if (which !== "all" || !(error instanceof ParlanceError) || error.kind === "unavailable")
        throw error;
      process.stderr.write(`${id}: ${printable(error.message)}\n`);
    }
  }
};

/** Changes the named job, or all. @returns the jobs afterwards */
const change = async (client: Client, which: string, action: Change): Promise<JobList> => {
  const now = await list(client);
  const all =
    action === "cancel" ? now.current.filter(({ cancellable }) => cancellable) : now.givenUp;
  await changeEach(which, all, (id) =>
    ask(client, jobList, changeOf(`/api/v1/jobs/${encodeURIComponent(id)}`, action)),
  );
  return list(client);
};

/** Given-up jobs of all organizations; one of them, or all, tried again or forgotten first. */
const changeEverywhere = async (
  client: Client,
  action: "list" | "retry" | "forget",
  which: string | undefined,
): Promise<GivenUpList> => {
  const now = await ask(client, givenUpList, { path: everywhere });
  if (action === "list" || which === undefined) return now;
  await changeEach(which, now.jobs, (id) =>
    ask(client, givenUpList, changeOf(`${everywhere}/${encodeURIComponent(id)}`, action)),
  );
  return ask(client, givenUpList, { path: everywhere });
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
    everywhere: {
      type: "boolean",
      description: "Given-up jobs of all organizations, for whoever runs the server",
    },
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
    if (args.everywhere && action === "cancel")
      throw misuse("Only given-up jobs are listed everywhere.", "Leave --everywhere out.");
    const client = await openClient();
    try {
      if (args.everywhere && action !== "cancel") {
        const found = await changeEverywhere(client, action, job);
        return args.json ? json(found) : printEverywhere(found);
      }
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
