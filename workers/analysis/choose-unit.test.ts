// What is grouped where nobody chose: conversations where there are many short ones, messages in channels and in few conversations.
import { afterEach, expect, it } from "vitest";
import { type AnalysedHome, anAnalysedHome } from "../analysis.builders.ts";
import { chooseUnit } from "./choose-unit.ts";

let home: AnalysedHome | undefined;
afterEach(async () => {
  await home?.close();
  home = undefined;
});

const chats = (conversations: number, messages: number): string =>
  Array.from({ length: conversations }, (_, at) =>
    JSON.stringify({
      id: `c${at}`,
      messages: Array.from({ length: messages }, (_, n) => ({
        role: n % 2 === 0 ? "user" : "assistant",
        content: `word ${at} ${n}`,
      })),
    }),
  ).join("\n");

const chosen = async (text: string) => {
  home = await anAnalysedHome();
  await home.bring("a.jsonl", text);
  return chooseUnit(home.parlance.store.rows, home.collection, { unit: "auto" });
};

it("is conversations where there are many short ones", async () => {
  expect(await chosen(chats(200, 2))).toBe("conversation");
});

it("is messages where there are few conversations", async () => {
  expect(await chosen(chats(20, 4))).toBe("chunk");
});

it("is what a person chose", async () => {
  home = await anAnalysedHome();
  const { rows } = home.parlance.store;
  expect(await chooseUnit(rows, home.collection, { unit: "conversation" })).toBe("conversation");
});
