// Texts: segments, query words, links, rows of a conversation, the search page's URL parameters.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "#services/contract/conversations.ts";
import { questionOf, searchAddress, toggled } from "../address/search-address.ts";
import { pieces, safeHref } from "./links.ts";
import { mergedMessages, messageRows } from "./message-rows.ts";
import { marksOf, questionWords } from "./question-words.ts";
import { segments } from "./segments.ts";

const aMessage = (given: Partial<Message>): Message => ({
  id: "m",
  sourceId: null,
  parent: null,
  replyTo: null,
  onMainPath: true,
  gone: false,
  position: 0,
  author: "mira",
  authorId: null,
  role: "person",
  kind: "text",
  at: 0,
  zoneKnown: true,
  localTime: null,
  text: "hello",
  editedAt: null,
  model: null,
  attachments: [],
  siblings: [],
  ...given,
});

describe("segments", () => {
  it("splits at marks and says which segments are in the closest sentence", () => {
    const cut = segments("grub fails. boot it.", [{ start: 0, end: 4 }], { start: 0, end: 11 });
    expect(cut.map(({ text, marked, close }) => [text, marked, close])).toEqual([
      ["grub", true, true],
      [" fails.", false, true],
      [" boot it.", false, false],
    ]);
  });

  it("joined is the text, for any spans", () => {
    const span = fc.record({ start: fc.integer(), end: fc.integer() });
    fc.assert(
      fc.property(fc.string(), fc.array(span), fc.option(span), (text, marks, closest) => {
        const cut = segments(text, marks, closest);
        expect(cut.map((segment) => segment.text).join("")).toBe(text);
      }),
    );
  });
});

describe("query words", () => {
  it("leave out operators and excluded words", () => {
    const words = questionWords('from:mira "disk full" -swap kernel* boot! in:"a b"');
    expect(words).toEqual([
      { text: "disk full", prefix: false },
      { text: "kernel", prefix: true },
      { text: "boot", prefix: false },
    ]);
  });

  it("mark whole words, and longer words for a prefix", () => {
    const text = "Boot the reboot kernels, boot";
    const at = marksOf(text, questionWords("boot kern*"));
    expect(at.map(({ start, end }) => text.slice(start, end))).toEqual(["Boot", "kernels", "boot"]);
  });
});

describe("links", () => {
  it("are found without the punctuation of the sentence", () => {
    const found = pieces("see https://example.org/a_(b), or (http://x.org).");
    expect(found.filter((piece) => piece.href).map((piece) => piece.text)).toEqual([
      "https://example.org/a_(b)",
      "http://x.org",
    ]);
    expect(found.map((piece) => piece.text).join("")).toBe(
      "see https://example.org/a_(b), or (http://x.org).",
    );
  });

  it("are http, https and mailto only", () => {
    expect(safeHref("javascript:alert(1)")).toBeUndefined();
    expect(safeHref("data:text/html,x")).toBeUndefined();
    expect(safeHref("/etc/passwd")).toBeUndefined();
    expect(safeHref("mailto:a@b.c")).toBe("mailto:a@b.c");
  });
});

describe("message rows", () => {
  it("have a heading for each day and name an author once in a row", () => {
    const noon = new Date(2024, 2, 3, 12).getTime();
    const rows = messageRows([
      aMessage({ id: "a", at: noon }),
      aMessage({ id: "b", at: noon + 1000 }),
      aMessage({ id: "c", at: noon + 2000, author: "tom" }),
      aMessage({ id: "d", at: noon + 86_400_000, author: "tom" }),
    ]);
    expect(rows.map((row) => (row.kind === "day" ? "day" : row.continued))).toEqual([
      "day",
      false,
      true,
      false,
      "day",
      false,
    ]);
  });

  it("keep a message once where pages overlap", () => {
    const [a, b] = [aMessage({ id: "a" }), aMessage({ id: "b" })];
    expect(mergedMessages([{ messages: [a, b] }, { messages: [b] }])).toEqual([a, b]);
  });
});

describe("the search page's URL parameters", () => {
  it("drop values that are not valid and keep the others", () => {
    expect(searchAddress.parse({ q: "boot", mode: "psychic", role: ["user"], sort: 3 })).toEqual({
      q: "boot",
      role: ["user"],
    });
  });

  it("are no search without words, filters or an example", () => {
    expect(questionOf({})).toBeUndefined();
    expect(questionOf({ q: "  " })).toBeUndefined();
    expect(questionOf({ author: ["mira"] })).toMatchObject({ filters: { authors: ["mira"] } });
    expect(questionOf({ q: "boot", v: 3, group: true })).toMatchObject({
      query: "boot",
      version: 3,
      groupByConversation: true,
    });
  });

  it("turn a value on, and off again", () => {
    expect(toggled(undefined, "a")).toEqual(["a"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
    expect(toggled(["a"], "a")).toBeUndefined();
  });

  it("filter by ids of topics", () => {
    expect(questionOf(searchAddress.parse({ topic: ["top_a"] }))?.filters).toEqual({
      topics: ["top_a"],
    });
  });
});
