// Words that every JavaScript object knows (`constructor`, `__proto__` …), put into each field of each format in turn.
import { describe, expect, it } from "vitest";
import { type Files, fixture, fixtureFolder, type Read, read, zipOf } from "./parse.builders.ts";

const words = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"] as const;
/** One that is a function of every object, as the others are, and one that is an object: for whole exports, with their many fields. */
const twoWords = words.slice(0, 2);

/** A place in a JSON document, from its root. */
type Path = readonly (string | number)[];

interface Places {
  readonly strings: readonly Path[];
  readonly objects: readonly Path[];
}

const placesIn = (value: unknown, path: Path = []): Places => {
  if (typeof value === "string") return { strings: [path], objects: [] };
  if (typeof value !== "object" || value === null) return { strings: [], objects: [] };
  const inner = Array.isArray(value)
    ? value.map((item, at) => placesIn(item, [...path, at]))
    : Object.entries(value).map(([key, item]) => placesIn(item, [...path, key]));
  return {
    strings: inner.flatMap(({ strings }) => strings),
    objects: [...(Array.isArray(value) ? [] : [path]), ...inner.flatMap(({ objects }) => objects)],
  };
};

/** Sets a member as JSON.parse does: `__proto__` is a member like any other. */
const set = (object: object, key: string | number, value: unknown) =>
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);

const withString = (text: string, path: Path, word: string): string => {
  const copy: unknown = JSON.parse(text);
  if (path.length === 0) return JSON.stringify(word);
  set(at(copy, path.slice(0, -1)) as object, path.at(-1) ?? "", word);
  return JSON.stringify(copy);
};

const withMember = (text: string, path: Path, member: [string, unknown]): string => {
  const copy: unknown = JSON.parse(text);
  set(at(copy, path) as object, ...member);
  return JSON.stringify(copy);
};

/** Every variant of a JSON text: each string replaced by each word, each object with each word as a further member. */
const jsonVariants = function* (text: string, by: readonly string[] = twoWords): Generator<string> {
  const { strings, objects } = placesIn(JSON.parse(text));
  for (const word of by) {
    for (const path of strings) yield withString(text, path, word);
    for (const path of objects)
      for (const value of [word, { [word]: { role: word } }])
        yield withMember(text, path, [word, value]);
  }
};

/** Every variant of a log: each run of letters and digits in each line replaced by each word. */
const lineVariants = function* (text: string): Generator<string> {
  const lines = text.split("\n");
  for (const word of twoWords)
    for (const [nth, line] of lines.entries())
      for (const found of line.matchAll(/[\w~@|-]+/g)) {
        const changed = `${line.slice(0, found.index)}${word}${line.slice(found.index + found[0].length)}`;
        yield lines.with(nth, changed).join("\n");
      }
};

const plainPrototype = Object.getOwnPropertyNames(Object.prototype).sort();

const rawsOf = (found: Read): string[] =>
  found.conversations.flatMap(({ messages }) => messages.map(({ raw }) => raw));

/** The source records of which no message came out, each once. */
const lost = (before: Read, after: Read): Set<string> => {
  const there = new Set(rawsOf(after));
  return new Set(rawsOf(before).filter((raw) => !there.has(raw)));
};

/** Reads every variant: only the record that was changed may be missing, and nothing is written into Object.prototype. */
const expectSound = async (
  variants: Iterable<Uint8Array | string>,
  original: Uint8Array | string,
  filename = "#garden/2024-05-01.log",
) => {
  const before = await read(original, filename);
  expect(rawsOf(before).length).toBeGreaterThan(0);
  for (const variant of variants) {
    const shown = typeof variant === "string" ? variant.slice(0, 2000) : "an archive";
    expect(lost(before, await read(variant, filename)).size, shown).toBeLessThanOrEqual(1);
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(plainPrototype);
  }
};

describe("the words of JavaScript's own objects change nothing but the field they stand in", () => {
  it.each([
    "chatgpt-branching.json",
    "chatgpt-circle.json",
    "chatgpt-picture-and-voice.json",
    "chatgpt-thoughts-and-tools.json",
    "claude-branching.json",
    "claude-old-linear.json",
    "claude-tools.json",
    "openai-tool-calls.jsonl",
    "sharegpt-strange-speakers.json",
  ])("in %s", async (name) => {
    const text = fixture(name).toString("utf8");
    await expectSound(jsonVariants(text), text);
  });

  it("in a line of JSON beside others", async () => {
    const others = Array.from(
      { length: 3 },
      (_, n) => `{"id":"c${n}","messages":[{"role":"user","content":"line ${n}"}]}\n`,
    ).join("");
    const odd = '{"messages":[{"role":"user","content":"hello","name":"Ann","id":"m"}],"id":"x"}';
    const variants = [...jsonVariants(odd, words)].map((line) => `${others}${line}\n`);
    await expectSound(variants, `${others}${odd}\n`);
  });

  it.each([
    "irssi-midnight.txt",
    "irc-unstarred-actions.txt",
    "weechat-dates-in-lines.txt",
    "znc-playback.txt",
  ])("in %s", async (name) => {
    const text = fixture(name).toString("utf8");
    await expectSound(lineVariants(text), text);
  });

  it("in each file of a Slack export", async () => {
    const files = fixtureFolder("slack");
    const variants = function* () {
      for (const [path, content] of Object.entries(files))
        for (const changed of jsonVariants(content.toString("utf8")))
          yield zipOf({ ...files, [path]: changed });
    };
    await expectSound(variants(), zipOf(files));
  });

  it("in the files beside the conversations of an export", async () => {
    const conversations = fixture("claude-branching.json");
    const beside: Files = {
      "users.json": '[{"uuid":"u-1","full_name":"Ann"}]',
      "conversation_asset_file_names.json": '{"file-1.dat":"sky.png"}',
      "export_manifest.json":
        '{"logical_files":{"conversations.json":{"files":["conversations.json"],"sharded":true}}}',
    };
    const variants = function* () {
      for (const [path, content] of Object.entries(beside))
        for (const changed of jsonVariants(String(content), words))
          yield zipOf({ ...beside, [path]: changed, "conversations.json": conversations });
    };
    await expectSound(variants(), zipOf({ ...beside, "conversations.json": conversations }));
  });

  it.each(words)("as the name of a folder, a file and a channel: %s", async (word) => {
    const day = fixtureFolder("slack")["general/2024-05-01.json"] ?? "";
    const slack = await read(zipOf({ [`${word}/2024-05-01.json`]: day }));
    expect(slack.formats).toEqual(["slack"]);
    expect(slack.conversations[0]?.messages.length).toBeGreaterThan(0);
    const log = fixture("irc-unstarred-actions.txt");
    const irc = await read(zipOf({ [`${word}/2024-05-01.log`]: log }));
    expect(irc.conversations[0]?.channel).toBe(`#${word}`);
  });
});

describe("a speaker", () => {
  it.each(words)("who is called %s is a person of that name", async (word) => {
    const openai = await read(`{"messages":[{"role":"${word}","content":"hello"}]}\n`);
    expect(openai.conversations[0]?.messages).toMatchObject([
      { author: word, role: "person", text: "hello" },
    ]);
    const sharegpt = await read(`{"conversations":[{"from":"${word}","value":"hello"}]}\n`);
    expect(sharegpt.conversations[0]?.messages).toMatchObject([
      { author: word, role: "person", text: "hello" },
    ]);
    const irc = await read(`[10:00] <${word}> hello\n`, "#c/2024-05-01.log");
    expect(irc.conversations[0]?.messages).toMatchObject([{ author: word, text: "hello" }]);
  });
});
