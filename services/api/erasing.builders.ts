// Builders for tests of erasing: an API whose stages run in another process, and everything that it answers about a collection.

import { collection } from "#services/contract/collections.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { type CollectionId, readCollectionId } from "#services/domain/ids.ts";
import type { StageName } from "#services/domain/stage-names.ts";
import { startOtherProcess } from "#workers/other-process.builders.ts";
import { atRest } from "#workers/workers.builders.ts";
import { openTestApi, type TestApi } from "./api.builders.ts";

export interface ErasingApi extends TestApi {
  readonly id: CollectionId;
  /** Path of the collection. */
  readonly at: string;
  /** Imports conversations of one message each. @returns the upload's id */
  bring(name: string, texts: readonly string[]): Promise<string>;
  /** Asks for the erasure of an upload, and waits for nothing. */
  erase(upload: string): Promise<void>;
  /** Waits until no job waits or is in hand. */
  rest(): Promise<void>;
  /** Every answer that holds the word, by its address; and counts that are not those of `messages` messages. */
  leaks(word: string, messages: number): Promise<string[]>;
}

/** Addresses below a collection that say what is in it; with a body they are posted to. */
const addresses: readonly (readonly [path: string, body?: unknown])[] = [
  ["/conversations?limit=200"],
  ["/export"],
  ["/export?format=markdown"],
  ["/overview"],
  ["/topics?hidden=1"],
  ["/topic-events"],
  ["/topic-edits"],
  ["/labels"],
  ["/people"],
  ["/concepts"],
  ["/map"],
  ["/map/points"],
  ["/map/columns/author"],
  ["/figures", {}],
  ["/messages", { limit: 200 }],
  ["/report"],
  ["/analysis"],
  ["/analysis/files/topics.json"],
];

export const openErasingApi = async (stages: readonly StageName[]): Promise<ErasingApi> => {
  let wakeOther = (): void => undefined;
  const api = await openTestApi({ idle: true, wake: () => wakeOther() });
  const other = await startOtherProcess(api.parlance.config.home, stages);
  wakeOther = other.wake;
  const made = await api.makeCollection("Harbour");
  const id = readCollectionId(made.id);
  if (!id) throw new Error(`${made.id} is no collection`);
  const at = `/api/v1/collections/${id}`;

  const textOf = async (path: string, body?: unknown): Promise<string> => {
    const json = { "content-type": "application/json" };
    const init =
      body === undefined ? {} : { method: "POST", headers: json, body: JSON.stringify(body) };
    return (await api.ask(`${at}${path}`, init)).text();
  };
  const search = (body: unknown) => api.read(searchAnswer, `${at}/search`, { body });

  /** The question's own words come back in the answer: they are no leak. */
  const searchLeaks = async (word: string, messages: number): Promise<string[]> => {
    const found: string[] = [];
    const [newest] = (await search({})).versions;
    const pins = newest ? [{}, { version: newest.version }, { version: 1 }] : [{}];
    for (const pin of pins) {
      const of = JSON.stringify(pin);
      const byWord = await search({ query: word, mode: "lexical", ...pin });
      if (byWord.total > 0 || byWord.hits.length > 0) found.push(`search ${of}: ${byWord.total}`);
      const near = await search({ query: `${word.slice(0, -1)}q`, ...pin });
      const { understood: _, ...answer } = near;
      if (JSON.stringify([answer, near.understood.expansions]).includes(word))
        found.push(`search nearly ${of}`);
      const all = await search({ limit: 100, ...pin });
      if (JSON.stringify(all).includes(word)) found.push(`listing ${of}`);
      if (all.total > messages) found.push(`listing ${of}: ${all.total} rows`);
      const counted = all.facets?.authors.reduce((sum, { count }) => sum + count, 0) ?? 0;
      if (counted > messages) found.push(`facets ${of}: ${counted} rows`);
    }
    return found;
  };

  return {
    ...api,
    id,
    at,
    async bring(name, texts) {
      const lines = texts.map((content, place) =>
        JSON.stringify({ id: `${name}-${place}`, messages: [{ role: "user", content }] }),
      );
      const upload = await api.importText(id, `${name}.jsonl`, `${lines.join("\n")}\n`);
      if (upload.state !== "done") throw new Error(`${name} ended ${upload.state}`);
      return upload.id;
    },
    async erase(upload) {
      const { status } = await api.ask(`/api/v1/uploads/${upload}`, { method: "DELETE" });
      if (status !== 202) throw new Error(`the erasure was answered ${status}`);
    },
    rest: () =>
      atRest(api.parlance, [
        "watch.due",
        "alert.due",
        ...(stages.includes("analyse") ? [] : (["analysis.due"] as const)),
      ]),
    async leaks(word, messages) {
      const found = await searchLeaks(word, messages);
      for (const [path, body] of addresses)
        if ((await textOf(path, body)).includes(word)) found.push(path);
      const now = await api.read(collection, at);
      if (now.messages !== messages) found.push(`collection: ${now.messages} messages`);
      return found;
    },
    async close() {
      await other.stop();
      await api.close();
      if (other.said.length > 0) throw new Error(other.said.join(""));
    },
  };
};
