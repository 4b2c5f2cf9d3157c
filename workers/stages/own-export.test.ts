// Tests of a round trip: what Parlance exports as JSONL is imported as the conversations that it was exported from.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ConversationSummary, Message } from "#services/contract/conversations.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { createCollection } from "#services/store/store.ts";
import { exportLines } from "#services/views/views.ts";
import { startBelt } from "../belt.ts";
import { aHome, ended, openHome, send, type TestParlance } from "../workers.builders.ts";

const fixtures = join(import.meta.dirname, "..", "..", "services", "parse", "fixtures");

let remove: () => Promise<void>;
let parlance: TestParlance;
let stop: () => Promise<void>;

beforeEach(async () => {
  const home = await aHome();
  remove = home.remove;
  parlance = await openHome(home.folder);
  const belt = await startBelt(parlance.instance, { stages: ["ingest", "embed", "commit"] });
  stop = () => belt.stop();
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const exported = async (collection: CollectionId): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of exportLines(parlance.store.rows, collection, { format: "jsonl" }))
    text += decoder.decode(piece, { stream: true });
  return text;
};

type Exported = Pick<ConversationSummary, "sourceId"> & { readonly messages: readonly Message[] };

/**
 * Ids are made of the collection, and so is the order of messages at the same place on two branches: messages are named by what
 * they say, and sorted by that.
 */
const comparable = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => {
      const {
        id: _,
        collection: __,
        ...own
      } = JSON.parse(line) as Exported & {
        readonly id: string;
        readonly collection: string;
      };
      const named = new Map(
        own.messages.map((one) => [one.id, `${one.position} ${one.sourceId} ${one.text}`]),
      );
      const nameOf = (id: string | null) => (id === null ? null : (named.get(id) ?? "elsewhere"));
      const messages = own.messages.map((one) => ({
        ...one,
        id: nameOf(one.id) ?? "",
        parent: nameOf(one.parent),
        replyTo: nameOf(one.replyTo),
        siblings: one.siblings.map(nameOf).sort(),
      }));
      return { ...own, messages: messages.sort((a, b) => (a.id < b.id ? -1 : 1)) };
    })
    .sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1));

const names = readdirSync(fixtures).filter((name) => /\.(?:json|jsonl|txt)$/.test(name));

it("gives back conversations, authors, times, roles, branches and titles of every format", {
  timeout: 120_000,
}, async () => {
  const [from, to] = await Promise.all(
    ["From", "To"].map(async (name) => (await createCollection(parlance.store, { name })).id),
  );
  if (from === undefined || to === undefined) throw new Error("no collections");
  for (const name of names) {
    const text = readFileSync(join(fixtures, name), "utf8");
    const upload = await ended(parlance, await send(parlance, from, { name, text }));
    expect(upload.state, name).toBe("done");
  }
  const before = await exported(from);
  const name = "From.jsonl";
  const upload = await ended(parlance, await send(parlance, to, { name, text: before }));
  expect(upload).toMatchObject({ state: "done", problemCount: 0 });
  expect(comparable(await exported(to))).toEqual(comparable(before));
  const again = await ended(parlance, await send(parlance, from, { name, text: before }));
  expect(again).toMatchObject({ state: "done", progress: { newMessages: 0 } });
  expect(await exported(from)).toEqual(before);
});
