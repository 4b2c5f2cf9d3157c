// Which message has the text of a file: the first one, also in a second attempt, and as long as there is room for it.
import { expect, it } from "vitest";
import { readMessageId } from "#services/domain/ids.ts";
import { digest } from "#services/store/store.ts";
import { openDocumentTexts } from "./document-texts.ts";

const messageOf = (name: string) => {
  const id = readMessageId(`msg_${digest(name)}`);
  if (id === undefined) throw new Error(`${name} makes no id`);
  return id;
};
const first = messageOf("first");
const second = messageOf("second");
const open = (options: Partial<Parameters<typeof openDocumentTexts>[0]> = {}) =>
  openDocumentTexts({ stored: [], given: 0, hasFile: async () => false, ...options });

it("the text of a file belongs to the first message that has it, as often as that one comes", async () => {
  const texts = open({ most: 10 });
  expect(texts.isStored("a")).toBe(false);
  expect(await texts.belongsTo(first, "a")).toBe(true);
  expect(texts.isStored("a")).toBe(true);
  expect(texts.give("a", "ten signs.")).toBe(true);
  expect(await texts.belongsTo(second, "a")).toBe(false);
  expect(await texts.belongsTo(first, "a")).toBe(true);
  expect(texts.give("a", "ten signs.")).toBe(true);
});

it("of a file that was stored in an earlier attempt it belongs to a message that was saved with it, and to no new one", async () => {
  const texts = open({ stored: ["a"], hasFile: async (message) => message === second });
  expect(await texts.belongsTo(first, "a")).toBe(false);
  expect(await texts.belongsTo(second, "a")).toBe(true);
});

it("texts beyond what one upload may bring are left out, those of earlier attempts counted", async () => {
  const texts = open({ given: 8, most: 10 });
  expect(await texts.belongsTo(first, "a")).toBe(true);
  expect(texts.give("a", "long")).toBe(false);
  expect(await texts.belongsTo(first, "a")).toBe(false);
  expect(await texts.belongsTo(first, "b")).toBe(true);
  expect(texts.give("b", "no")).toBe(true);
});
