// Builders for tests with an analysis: the sample that ships, imported and analysed, and all its messages.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openTestApi, type TestApi } from "#services/api/api.builders.ts";
import { type Analysis, analysis, type Topic, topicList } from "#services/contract/analysis.ts";
import { type SelectedMessage, selectedMessages } from "#services/contract/figures.ts";
import type { Selection } from "#services/contract/selection.ts";

const sample = join(import.meta.dirname, "..", "..", "infra", "sample");

export interface AnalysedApi extends TestApi {
  /** The collection that holds the sample. */
  readonly id: string;
  /** Path of the collection. */
  readonly at: string;
  /** Requests an analysis and waits for its end. */
  run(mode: "update" | "refit"): Promise<Analysis>;
  /** Waits until no analysis waits or runs. */
  settled(): Promise<Analysis>;
  /** Including hidden ones. */
  topics(): Promise<readonly Topic[]>;
  /** Every selected message, page by page. */
  messages(selection?: Selection): Promise<readonly SelectedMessage[]>;
  /** Number of selected messages. */
  total(selection: Selection): Promise<number>;
}

/** Switches automatic analyses off, so that a test knows which analysis it sees. */
const byHand = async (api: TestApi, at: string, k: number) => {
  const { settings } = await api.read(analysis, `${at}/analysis`);
  const body = { ...settings, automatic: false, k };
  await api.read(analysis, `${at}/analysis/settings`, { method: "PUT", body });
};

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** So many topics that there are levels above them. */
const TOPICS = 24;

export const openAnalysedApi = async (): Promise<AnalysedApi> => {
  const api = await openTestApi();
  const { id } = await api.makeCollection("Sample");
  const at = `/api/v1/collections/${id}`;
  await byHand(api, at, TOPICS);
  const logs = (await readdir(join(sample, "irc", "hardware"))).sort();
  const files = [
    ["conversations.json", join("chatgpt", "conversations.json")],
    ["support.jsonl", "support.jsonl"],
    ["sharegpt.json", "sharegpt.json"],
    ...logs.map((name) => [`hardware/${name}`, join("irc", "hardware", name)]),
  ] as const;
  for (const [name = "", path = ""] of files) {
    const { state, error } = await api.importText(
      id,
      name,
      await readFile(join(sample, path), "utf8"),
    );
    if (state !== "done") throw new Error(`${name} ended ${state}: ${error?.message}`);
  }
  const settled = async (): Promise<Analysis> => {
    for (;;) {
      const now = await api.read(analysis, `${at}/analysis`);
      if (now.state !== "waiting" && now.state !== "running") return now;
      await pause(20);
    }
  };
  const run = async (mode: "update" | "refit") => {
    await api.read(analysis, `${at}/analysis`, { body: { mode }, status: 202 });
    const done = await settled();
    if (done.state !== "done") throw new Error(`the analysis ended ${done.state}: ${done.error}`);
    return done;
  };
  await run("update");
  return {
    ...api,
    id,
    at,
    run,
    settled,
    topics: async () => (await api.read(topicList, `${at}/topics?hidden=1`)).topics,
    async messages(selection = {}) {
      const all: SelectedMessage[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await api.read(selectedMessages, `${at}/messages`, {
          body: { selection, limit: 200, sort: "oldest", ...(cursor ? { cursor } : {}) },
        });
        all.push(...page.messages);
        cursor = page.nextCursor;
      }
      return all;
    },
    total: async (selection) =>
      (await api.read(selectedMessages, `${at}/messages`, { body: { selection, limit: 1 } })).total,
  };
};
