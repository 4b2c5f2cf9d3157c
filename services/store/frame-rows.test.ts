// Tests of the rows of a frame: every visible message once, in order, in conversations of any length; chunks with their messages.
import { afterEach, describe, expect, it } from "vitest";
import { chunkMessages, type FrameMessage, streamFrameRows } from "./frame-rows.ts";
import { aCollection, anUpload, aPart, aStore, bring } from "./store.builders.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const aHomeWith = async (conversations: Readonly<Record<string, number>>) => {
  const { store, remove } = await aStore();
  closers.push(remove);
  const collection = await aCollection(store);
  const of = { collection, upload: await anUpload(store, collection) };
  const parts = Object.entries(conversations).map(([name, count]) =>
    aPart(
      of,
      name,
      Array.from({ length: count }, (_, n) => ({ text: `${name} ${n}`, author: `a${n % 3}` })),
    ),
  );
  await bring(store, of, parts);
  return { store, collection, of };
};

const all = async <T>(pages: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const page of pages) found.push(page);
  return found;
};

describe("rows of a frame", () => {
  it("contain every message once, conversation by conversation, in order, in pages", async () => {
    const sizes = { a: 3, long: 12_001, b: 4000, c: 3000, d: 1 };
    const { store, collection } = await aHomeWith(sizes);
    const pages = await all(streamFrameRows(store.rows, collection));
    expect(Math.max(...pages.map(({ messages }) => messages.length))).toBeLessThanOrEqual(1000);
    const conversations = pages.flatMap((page) => page.conversations);
    expect(conversations.map(({ title }) => title).sort()).toEqual(["a", "b", "c", "d", "long"]);
    const messages = pages.flatMap((page) => page.messages);
    expect(messages).toHaveLength(19_005);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(19_005);
    const order = [...new Set(messages.map((message) => message.conversation_id))];
    expect(order).toEqual(conversations.map(({ id }) => id));
    const of = (message: FrameMessage | undefined) => Number(message?.text.split(" ")[1]);
    for (const [place, message] of messages.entries()) {
      const before = messages[place - 1];
      const follows = before?.conversation_id === message.conversation_id;
      expect(of(message)).toBe(follows ? of(before) + 1 : 0);
    }
    // Each conversation is listed on the page on which its messages start.
    const announced = new Set<string>();
    for (const page of pages) {
      for (const { id } of page.conversations) announced.add(id);
      for (const message of page.messages) expect(announced).toContain(message.conversation_id);
    }
  });

  it("leave out hidden messages, but not a conversation without visible ones", async () => {
    const { store, collection, of } = await aHomeWith({ a: 1 });
    const other = { ...of, upload: await anUpload(store, collection) };
    await bring(store, other, [
      aPart(other, "tree", [
        { text: "shown" },
        { text: "thought", kind: "thinking" },
        { text: "a file", kind: "attachment" },
        { text: "not taken", offPath: true },
      ]),
      aPart(other, "joins", [{ text: "ada joins", kind: "system" }]),
    ]);
    const pages = await all(streamFrameRows(store.rows, collection));
    const texts = pages.flatMap((page) => page.messages.map(({ text }) => text));
    expect(texts.sort()).toEqual(["a 0", "a file", "shown"]);
    expect(pages.flatMap((page) => page.conversations)).toHaveLength(3);
  });

  it("list the messages of live chunks only", async () => {
    const { store, collection } = await aHomeWith({ a: 3, b: 2 });
    const [first] = await store.rows.selectFrom("chunks").selectAll().orderBy("id").execute();
    const ids = await store.rows.selectFrom("messages").select("id").orderBy("id").execute();
    const covers = [ids[0], ids[1]].map((row) => row?.id ?? "");
    await store.rows
      .updateTable("chunks")
      .set({ message_ids: JSON.stringify([first?.message_id, ...covers]) })
      .where("id", "=", first?.id ?? ("" as never))
      .execute();
    const chunks = (await all(chunkMessages(store.rows, collection))).flat();
    expect(chunks).toHaveLength(5);
    const found = chunks.find(({ id }) => id === first?.id);
    expect(found?.messages[0]).toBe(first?.message_id);
    expect(found?.messages).toEqual(
      [...new Set([first?.message_id, ...covers])].filter((id) => id !== undefined),
    );
    await store.rows.updateTable("chunks").set({ state: "superseded" }).execute();
    expect(await all(chunkMessages(store.rows, collection))).toEqual([]);
  });

  it("are empty where there is nothing", async () => {
    const { store, collection } = await aHomeWith({});
    expect(await all(streamFrameRows(store.rows, collection))).toEqual([]);
    expect(await all(chunkMessages(store.rows, collection))).toEqual([]);
  });
});
