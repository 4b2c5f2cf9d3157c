// What chaos is done to: a real Parlance server on a home of its own, what was sent to it, and what it has of that in the end.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readConfig } from "#services/config/config.ts";
import type { Collection } from "#services/contract/collections.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { type CollectionId, readCollectionId } from "#services/domain/ids.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import { openParlance } from "#services/wire.ts";
import {
  asDefault,
  atRest,
  indexedIds,
  type TestParlance,
} from "../../workers/workers.builders.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";
import type { Account } from "./checker.ts";

/** Nothing may take longer than this: a request, or the way of an upload to its end once all faults are over. */
const HANG_MS = 60_000;
const LOOK_MS = 100;

/** Something took longer than `HANG_MS`. */
export class Hung extends Error {}

/** Fails where the work takes longer than anything may. */
export const inTime = async <T>(what: string, work: Promise<T>, ms = HANG_MS): Promise<T> => {
  const over = new AbortController();
  const late = pause(ms, undefined, { signal: over.signal }).then(() => {
    throw new Hung(`${what} took longer than ${ms / 1000} s`);
  });
  work.catch(() => undefined);
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
};

/** Words of a sentence around the one word that no other message has. */
const sentence = (word: string, n: number): string =>
  `the ${["frost", "bees", "beans", "gate"][n % 4]} in bed ${n % 17} came early, note ${word}`;
const wordOf = (text: string): string => text.slice(text.lastIndexOf(" ") + 1);

const MESSAGES_EACH = 8;

/** A folder of its own, for the home of a server. */
export const newHome = (): string => mkdtempSync(join(tmpdir(), "parlance-chaos-"));

export class Subject {
  readonly home: string;
  readonly #env: Record<string, string>;
  #server: RunningServer | undefined;
  #collection: CollectionId | undefined;
  readonly #attempted = new Set<string>();
  readonly #confirmed = new Set<string>();
  #open = new Set<string>();
  #sent = 0;
  /** Number of uploads that were given up and tried again, as a person would do. */
  givenUp = 0;

  /** Where this process ends before anybody has closed it, as at Ctrl-C. */
  readonly #atExit = () => rmSync(this.home, { recursive: true, force: true });

  /** @param env settings of the server, besides its home and port */
  constructor(env: Record<string, string>, home = newHome()) {
    this.home = home;
    // A start of the server is most of what a kill of it takes: as little as works.
    this.#env = { PARLANCE_API_THREADS: "1", ...env };
    process.once("exit", this.#atExit);
  }

  get #api(): string {
    return `${this.#server?.url ?? "http://127.0.0.1:1"}/api/v1`;
  }

  get collection(): CollectionId {
    if (this.#collection === undefined) throw new Error("the subject was not started");
    return this.#collection;
  }

  /** Number of messages whose uploads were accepted. */
  get confirmed(): number {
    return this.#confirmed.size;
  }

  /** Number of accepted uploads of which the end was not seen yet. */
  get open(): number {
    return this.#open.size;
  }

  /** What the server has printed. */
  get output(): string {
    return this.#server?.output() ?? "";
  }

  /** Starts the server, and makes its collection the first time. */
  async start(): Promise<void> {
    this.#server = await startServer({ home: this.home, env: this.#env });
    if (this.#collection !== undefined) return;
    const { id } = await this.#ask<Collection>("/collections", { body: { name: "Garden" } });
    this.#collection = readCollectionId(id);
    await this.#ask(`/collections/${id}/analysis/settings`, {
      method: "PUT",
      body: { automatic: false },
    });
  }

  #ask<T>(path: string, request: Parameters<typeof callJson>[1] = {}): Promise<T> {
    return inTime(path, callJson<T>(`${this.#api}${path}`, request));
  }

  /** Sends so many conversations of eight messages. What was not accepted may have arrived all the same. */
  async upload(conversations: number): Promise<"accepted" | "refused"> {
    const first = this.#sent;
    this.#sent += conversations * MESSAGES_EACH;
    const words = Array.from({ length: conversations * MESSAGES_EACH }, (_, n) => `w${first + n}q`);
    for (const word of words) this.#attempted.add(word);
    const lines = Array.from({ length: conversations }, (_, c) =>
      JSON.stringify({
        id: `chat-${first}-${c}`,
        messages: Array.from({ length: MESSAGES_EACH }, (__, m) => ({
          role: m % 2 === 0 ? "user" : "assistant",
          content: sentence(words[c * MESSAGES_EACH + m] ?? "", first + m),
        })),
      }),
    );
    try {
      const { id } = await this.#ask<Upload>(
        `/collections/${this.collection}/uploads?filename=${first}.jsonl`,
        { method: "PUT", raw: `${lines.join("\n")}\n` },
      );
      this.#open.add(id);
    } catch (error) {
      if (error instanceof Hung) throw error;
      return "refused";
    }
    for (const word of words) this.#confirmed.add(word);
    return "accepted";
  }

  /** Writes messages into a live session, in this process, as the harness of an application does. */
  async append(messages: number): Promise<void> {
    await this.#reading(async (parlance) => {
      const { appendMessages, endSession, openSession } = await import(
        "#services/sessions/sessions.ts"
      );
      const first = this.#sent;
      this.#sent += messages;
      const words = Array.from({ length: messages }, (_, n) => `w${first + n}q`);
      for (const word of words) this.#attempted.add(word);
      const session = await openSession(parlance.store, {
        collection: this.collection,
        externalId: `room-${first}`,
      });
      await appendMessages(
        parlance.store,
        session.id,
        words.map((word, n) => ({
          id: `${first + n}`,
          author: n % 2 === 0 ? "ada" : "bob",
          role: "person" as const,
          text: sentence(word, n),
        })),
      );
      await endSession(parlance.store, session.id);
      for (const word of words) this.#confirmed.add(word);
    });
  }

  /** Asks for an analysis of the collection. */
  async analyse(): Promise<void> {
    await this.#ask(`/collections/${this.collection}/analysis`, { body: { mode: "refit" } });
  }

  /** Uploads a file, waits until it is indexed, and asks for it to be erased. Its messages count as never sent. */
  async uploadAndErase(): Promise<void> {
    const known = new Set(this.#open);
    const before = { attempted: new Set(this.#attempted), confirmed: new Set(this.#confirmed) };
    if ((await this.upload(1)) === "refused") return;
    const id = [...this.#open].find((one) => !known.has(one)) ?? "";
    await this.settle();
    await this.#ask(`/uploads/${id}`, { method: "DELETE" });
    for (const [kept, now] of [
      [before.attempted, this.#attempted],
      [before.confirmed, this.#confirmed],
    ] as const)
      for (const word of [...now]) if (!kept.has(word)) now.delete(word);
  }

  /** Whether the server answers at all. */
  async isAlive(): Promise<boolean> {
    const response = await fetch(`${this.#server?.url}/health`, {
      signal: AbortSignal.timeout(HANG_MS),
    }).catch(() => undefined);
    return response?.status === 200;
  }

  /**
   * Waits until every accepted upload has been read and indexed.
   * @returns how long that took, in milliseconds
   * @throws Hung where it takes longer than anything may
   */
  async settle(ms = HANG_MS): Promise<number> {
    const begun = performance.now();
    for (;;) {
      for (const id of [...this.#open]) await this.#look(id);
      if (this.#open.size === 0) break;
      if (performance.now() - begun > ms)
        throw new Hung(`${this.#open.size} uploads have not ended after ${ms / 1000} s`);
      await pause(LOOK_MS);
    }
    return performance.now() - begun;
  }

  /**
   * Sends a small upload until it is accepted, and waits until it can be searched.
   * @throws Hung where that takes longer than anything may
   */
  async untilSearchable(): Promise<void> {
    const begun = performance.now();
    const known = new Set(this.#open);
    while ((await this.upload(1)) === "refused") {
      if (performance.now() - begun > HANG_MS) throw new Hung("uploads are still refused");
      await pause(LOOK_MS);
    }
    const id = [...this.#open].find((one) => !known.has(one));
    while (id !== undefined && this.#open.has(id)) {
      if (performance.now() - begun > HANG_MS) throw new Hung(`${id} has not ended`);
      await pause(LOOK_MS);
      for (const one of [...this.#open]) await this.#look(one);
    }
  }

  /** Waits until no job is left, erasures and analyses included. @throws Hung where that takes longer than anything may */
  async rest(): Promise<void> {
    await this.settle();
    await this.#reading((parlance) => inTime("the last jobs", atRest(parlance, [])));
  }

  async #look(id: string): Promise<void> {
    // While a fault lasts, questions may fail; how long is bounded by the caller.
    const upload = await this.#ask<Upload>(`/uploads/${id}`).catch((error: unknown) => {
      if (error instanceof Hung) throw error;
    });
    if (upload?.state === "done") this.#open.delete(id);
    if (upload?.state !== "failed") return;
    this.givenUp += 1;
    await this.#ask(`/uploads/${id}/retry`, { method: "POST" });
  }

  /** The jobs as people are shown them, and the last lines of the log: what to look at where something hangs. */
  async situation(): Promise<string> {
    const jobs = await this.#ask("/jobs").catch(String);
    const log = this.#server?.output().split("\n").slice(-30).join("\n");
    return `${JSON.stringify(jobs)}\n${log}`;
  }

  /** Searches for this message's own word. @returns number of hits that contain it */
  async search(word: string): Promise<number> {
    const { hits } = await this.#ask<SearchAnswer>(`/collections/${this.collection}/search`, {
      body: { query: `"${word}"`, mode: "lexical" },
    });
    return hits.filter((hit) => JSON.stringify(hit).includes(word)).length;
  }

  /** Some of the confirmed messages, spread over all. */
  sample(count: number): string[] {
    const all = [...this.#confirmed];
    const step = Math.max(1, Math.floor(all.length / count));
    return all.filter((_, n) => n % step === 0).slice(0, count);
  }

  /** Processes of its workers. */
  workers(): number[] {
    const [server, ...family] = this.#server?.processes() ?? [];
    return server === undefined ? [] : family;
  }

  /** Kills the server and everything it started, all at once. */
  async killServer(): Promise<void> {
    await this.#server?.lose();
    this.#server = undefined;
  }

  /** Opens the home and its database in this process too. */
  async #reading<T>(read: (parlance: TestParlance) => Promise<T>): Promise<T> {
    const config = readConfig({ ...this.#env, PARLANCE_HOME: this.home });
    const parlance = asDefault(
      await openParlance(config, { lock: false, embedder: async () => openHashEmbedder() }),
    );
    try {
      return await read(parlance);
    } finally {
      await parlance.close();
    }
  }

  /** What was sent, and what is there of it, once no work is left. @throws Hung where work does not end */
  async account(): Promise<Account> {
    return this.#reading(async (parlance) => {
      await inTime("the last jobs", atRest(parlance, ["analysis.due", "watch.due", "alert.due"]));
      const { rows } = parlance.store;
      const messages = await rows
        .selectFrom("messages")
        .select(["id", "text"])
        .where("collection_id", "=", this.collection)
        .execute();
      const textOf = new Map<string, string>(messages.map(({ id, text }) => [id, wordOf(text)]));
      const chunks = await rows
        .selectFrom("chunks")
        .select(["id", "message_id", "unit"])
        .where("collection_id", "=", this.collection)
        .where("state", "=", "live")
        .execute();
      const chunkOf = new Map<string, (typeof chunks)[number]>(chunks.map((one) => [one.id, one]));
      const indexed = await indexedIds(parlance, this.collection);
      return {
        attempted: this.#attempted,
        confirmed: this.#confirmed,
        stored: textOf.values(),
        searchable: indexed.flatMap((id) => {
          const chunk = chunkOf.get(id);
          if (chunk?.unit === "exchange") return [];
          return [chunk === undefined ? id : (textOf.get(chunk.message_id) ?? id)];
        }),
      };
    });
  }

  /** Kills the server, which is quicker than stopping it, and removes its home. */
  async close(): Promise<void> {
    await this.killServer();
    process.off("exit", this.#atExit);
    rmSync(this.home, { recursive: true, force: true });
  }
}
