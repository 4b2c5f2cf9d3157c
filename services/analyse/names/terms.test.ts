// Tests of counting terms: what counts as a term, whose it is, what is left out, and that rare ones are dropped when room is short.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenize } from "#index-store/index-store.ts";
import type { TermCounts } from "./term-counts.ts";
import { distinct } from "./term-table.ts";
import { openTermCounter } from "./terms.ts";

interface Said {
  readonly text: string;
  readonly topic?: number;
  readonly author?: number;
  readonly conversation?: number;
  readonly language?: string | null;
}

const authors = ["ann", "bob", "carla"];

/** Each text three times, by three authors in three conversations, so that nothing is too rare. */
const counted = (said: readonly Said[], options: { names?: string[]; language?: string } = {}) => {
  const counter = openTermCounter({
    topics: 2,
    tokenize,
    authors: options.names ?? authors,
    ...(options.language === undefined ? {} : { language: options.language }),
  });
  for (const { text, topic = 0, author, conversation, language = "en" } of said)
    for (let turn = 0; turn < 3; turn++)
      counter.add({
        text,
        topic,
        language,
        author: author ?? turn,
        conversation: conversation ?? turn,
      });
  return counter.counts();
};

const surfaces = (counts: TermCounts, topic = 0) =>
  counts.ofTopic(topic).map(([term]) => counts.terms[term]?.surface ?? "");
const tallyOf = (counts: TermCounts, surface: string, topic = 0) =>
  counts.ofTopic(topic).find(([term]) => counts.terms[term]?.surface === surface)?.[1];

describe("openTermCounter", () => {
  it("counts words and phrases by topic: texts, times, conversations, authors", () => {
    const counts = counted([
      { text: "The wireless card. My wireless card!" },
      { text: "A wireless network", topic: 1, author: 2, conversation: 7 },
    ]);
    expect(surfaces(counts).sort()).toEqual(["card", "wireless", "wireless card"]);
    expect(tallyOf(counts, "wireless card")).toMatchObject({ texts: 3, times: 6 });
    const elsewhere = tallyOf(counts, "wireless network", 1);
    expect([distinct(elsewhere?.authors ?? 0), distinct(elsewhere?.conversations ?? 0)]).toEqual([
      1, 1,
    ]);
    expect(distinct(tallyOf(counts, "card")?.authors ?? 0)).toBe(3);
  });

  it("makes no phrase across sentences, commas, lines or numbers", () => {
    const counts = counted([{ text: "install grub. Reboot windows, linux\nkernel 5 modules" }]);
    expect(surfaces(counts).filter((surface) => surface.includes(" "))).toEqual([
      "install grub",
      "reboot windows",
    ]);
  });

  it("lets a joining word stand inside a phrase, and no stop word at its ends", () => {
    const counts = counted([{ text: "the terms of service and what is the chance of rain" }]);
    expect(surfaces(counts)).toEqual(
      expect.arrayContaining(["terms of service", "chance of rain"]),
    );
    for (const surface of surfaces(counts)) expect(surface).not.toMatch(/^(of|the|is)\b|\bof$/);
  });

  it("leaves out noise of chats", () => {
    const counts = counted([
      {
        text: "lol ok thanks!!! see https://example.org/a/b?c=d at 12:30 or 2pm 😀 :smile: @carla hahaha <foo@bar.example> nooooo 1,299.00 «e-mail» d41d8cd98f00b204e9800998ecf8427e",
      },
      { text: "```\nconst noise = secretWord();\n```" },
    ]);
    expect(surfaces(counts)).toEqual([]);
  });

  it("keeps identifiers", () => {
    const counts = counted([
      { text: "fglrx needs apt-get, edit xorg.conf and see E1234 in c++ with ipw2200" },
    ]);
    expect(surfaces(counts)).toEqual(
      expect.arrayContaining(["fglrx", "apt-get", "xorg.conf", "E1234", "c++", "ipw2200"]),
    );
  });

  it("leaves out people who are addressed, even those who write nothing", () => {
    const counts = counted([
      { text: "carla: try the printer" },
      { text: "zed: try the printer", author: 0 },
      { text: "ask carla, the printer is hers" },
    ]);
    expect(surfaces(counts)).toEqual(["printer"]);
  });

  it("keeps a word that is also somebody's nickname", () => {
    const talk = Array.from({ length: 9 }, (_, i) => ({
      text: `ubuntu runs on my box ${i}`,
      author: 0,
    }));
    const counts = counted(talk, { names: ["ann", "ubuntu"] });
    expect(surfaces(counts)).toContain("ubuntu");
    // "user" and "assistant" are roles and not names.
    expect(surfaces(counted([{ text: "a user account" }], { names: ["user"] }))).toContain(
      "user account",
    );
  });

  it("unites a plural with its singular under the form that is most frequent", () => {
    const counts = counted([{ text: "drivers" }, { text: "two drivers" }, { text: "one driver" }]);
    expect(surfaces(counts)).toEqual(["drivers"]);
    expect(tallyOf(counts, "drivers")).toMatchObject({ texts: 9 });
    expect(surfaces(counted([{ text: "windows" }, { text: "a window" }])).sort()).toEqual([
      "window",
      "windows",
    ]);
  });

  it("shows terms as most people write them", () => {
    const counts = counted([
      { text: "we flew to New York with IP phones and use GNOME" },
      { text: "again cafés, Müller and Straße", language: "de" },
    ]);
    expect(surfaces(counts)).toEqual(
      expect.arrayContaining(["New York", "York", "IP", "GNOME", "cafés", "Müller", "Straße"]),
    );
  });

  it("knows the stop words of a text's language", () => {
    const said = [{ text: "ich möchte nicht mit der Bahn fahren", language: "de" }];
    const found = surfaces(counted(said, { language: "de" }));
    expect(found).toEqual(expect.arrayContaining(["Bahn"]));
    for (const word of ["ich", "nicht", "mit", "der"]) expect(found).not.toContain(word);
    expect(surfaces(counted([{ text: "無線カードのドライバー", language: "ja" }]))).toEqual(
      expect.arrayContaining(["無線", "カード", "ドライバー", "無線カード"]),
    );
  });

  it("counts texts of no topic apart", () => {
    const counts = counted([
      { text: "printer", topic: -1 },
      { text: "scanner", topic: 9 },
    ]);
    expect(surfaces(counts)).toEqual([]);
    expect(surfaces(counts, 2).sort()).toEqual(["printer", "scanner"]);
    expect(counts.topics.map(({ texts }) => texts)).toEqual([0, 0, 6]);
  });

  it("never counts less with more room, nor more than there is", () => {
    const word = fc.constantFrom("kernel", "printer", "sound", "card", "mount", "disk", "proxy");
    const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(fc.array(text, { minLength: 20, maxLength: 60 }), (texts) => {
        const count = (most: number) => {
          const counter = openTermCounter({ topics: 1, tokenize, authors: [], most });
          for (const [at, one] of texts.entries())
            counter.add({ text: one, topic: 0, language: "en", conversation: at, author: -1 });
          return counter.counts();
        };
        const [tight, roomy] = [count(60), count(100_000)];
        for (const surface of surfaces(tight)) {
          const [some, all] = [tallyOf(tight, surface), tallyOf(roomy, surface)];
          expect(some?.texts).toBeLessThanOrEqual(all?.texts ?? -1);
          expect(some?.texts).toBeLessThanOrEqual(some?.times ?? -1);
          expect(some?.texts).toBeLessThanOrEqual(texts.length);
        }
      }),
    );
  });

  it("keeps frequent terms when it must drop some", () => {
    const counter = openTermCounter({ topics: 1, tokenize, authors: [], most: 200 });
    for (let i = 0; i < 2_000; i++)
      counter.add({
        text: `wireless card rare${i.toString(36)}q other${i.toString(36)}z`,
        topic: 0,
        language: "en",
        conversation: i,
        author: -1,
      });
    const counts = counter.counts();
    expect(tallyOf(counts, "wireless card")?.texts).toBeGreaterThan(1_900);
    expect(counts.terms.length).toBeLessThan(200);
  });
});
