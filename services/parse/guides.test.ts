// The guides are true of what the readers make of the fixtures: whatever a reader keeps is named, and ids are where they are said to be.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import type { KeptTopic } from "#services/domain/guides/guide.ts";
import { guides, guideTo } from "#services/domain/guides/guides.ts";
import { fixture, fixtureFolder, read, zipOf } from "./parse.builders.ts";

/** How a message shows that its reader keeps something. */
const signs: readonly (readonly [KeptTopic, (message: ParsedMessage) => boolean])[] = [
  ["times", ({ at, localTime }) => at !== null || localTime !== null],
  ["replies", ({ replyTo }) => replyTo !== null],
  ["branches", ({ onMainPath }) => !onMainPath],
  ["edits", ({ editedAt }) => editedAt !== null],
  ["attachments", ({ attachments }) => attachments.length > 0],
  ["thinking", ({ kind }) => kind === "thinking"],
  ["tools", ({ kind }) => kind === "tool"],
  ["models", ({ model }) => model !== null],
  ["notices", ({ kind, text }) => kind === "system" && text !== ""],
];

const keptIn = ({ messages }: ParsedConversation) =>
  signs.filter(([, shows]) => messages.some(shows)).map(([topic]) => topic);

const files = readdirSync(join(import.meta.dirname, "fixtures"), { withFileTypes: true });

/** Everything in the fixtures, by format. */
const readAll = async () => {
  const bySource = new Map<string, ParsedConversation[]>();
  for (const file of files) {
    const bytes = file.isDirectory() ? zipOf(fixtureFolder(file.name)) : fixture(file.name);
    for (const one of (await read(bytes, file.name)).conversations)
      bySource.set(one.source, [...(bySource.get(one.source) ?? []), one]);
  }
  return bySource;
};

describe("the guides and the readers", () => {
  it("agree on what is kept, and on ids", async () => {
    const unnamed: string[] = [];
    const others: string[] = [];
    const bySource = await readAll();
    for (const [source, conversations] of bySource) {
      const guide = guideTo(source);
      for (const topic of new Set(conversations.flatMap(keptIn)))
        if (guide?.kept[topic] === undefined) unnamed.push(`${source}: ${topic}`);
      const ids = conversations.flatMap(({ messages }) => messages.map((one) => one.sourceId));
      const without = ids.filter((id) => id === null).length;
      const by = without === 0 ? "ids" : without === ids.length ? "words" : "either";
      if (guide?.again.by !== by && guide?.again.by !== "either") others.push(`${source}: ${by}`);
    }
    expect(unnamed).toEqual([]);
    expect(others).toEqual([]);
    expect(bySource.size).toBeGreaterThan(guides.length - 4);
  });
});
