// Tests of suggestions: each kind, how sure it is, and what is not suggested.
import { describe, expect, it } from "vitest";
import { noPeople, openPeople } from "./people.ts";
import {
  type OtherName,
  type SuggestFrom,
  suggestJoins,
  type WrittenAuthor,
} from "./people-suggestions.ts";

type Author = readonly [source: string, name: string, id?: string];

const suggested = (
  authors: readonly Author[],
  more: Partial<Omit<SuggestFrom, "written">> = {},
): string[] => {
  const written = authors.map(
    ([source, name, authorId = null], at): WrittenAuthor => ({
      source,
      name,
      authorId,
      messages: 100 - at,
    }),
  );
  return suggestJoins({ people: noPeople, others: [], dismissed: [], ...more, written }).map(
    ({ names, reason, confidence }) => `${names.join(" + ")}: ${reason}, ${confidence}`,
  );
};
const other = (source: string, authorId: string, name: string): OtherName => ({
  source,
  authorId,
  name,
});

describe("people who may be one", () => {
  it.each<[string, readonly Author[], readonly OtherName[], string]>([
    [
      "have one id of a source",
      [
        ["slack", "anna", "U1"],
        ["slack", "Berg", "U1"],
      ],
      [],
      "anna + Berg: id, high",
    ],
    [
      "have one address, also where a source knows it beside the name",
      [
        ["mail", "Anna", "anna@example.org"],
        ["slack", "ab", "U1"],
      ],
      [other("slack", "U1", "Anna@Example.org")],
      "Anna + ab: address, high",
    ],
    [
      "have equal names of two words but for capitals, accents and signs",
      [
        ["irc", "Zoë Berg"],
        ["mail", "zoe.berg"],
      ],
      [],
      "Zoë Berg + zoe.berg: name, high",
    ],
    [
      "have equal names of one word, which is less sure",
      [
        ["irc", "Mira"],
        ["mail", "mira"],
      ],
      [],
      "Mira + mira: name, medium",
    ],
    [
      "are called by a source as another is shown",
      [
        ["mail", "Anna Berg"],
        ["slack", "ab", "U1"],
      ],
      [other("slack", "U1", "Anna Berg")],
      "Anna Berg + ab: other-name, high",
    ],
    [
      "have nicks of one form",
      [
        ["irc", "mira"],
        ["irc", "mira|away"],
        ["irc", "bo"],
      ],
      [],
      "mira + mira|away: nick, medium",
    ],
    [
      "have a name that may be short for another",
      [
        ["mail", "Anna Berg"],
        ["irc", "aberg"],
      ],
      [],
      "Anna Berg + aberg: initials, low",
    ],
  ])("%s", (_, authors, others, expected) => {
    expect(suggested(authors, { others })).toEqual([expected]);
  });

  it("are not suggested for what differs, by names that stand for nobody, or where two would fit", () => {
    expect(
      suggested([
        ["slack", "anna", "U1"],
        ["discord", "bo", "U1"],
        ["irc", "ab"],
        ["mail", "AB"],
      ]),
    ).toEqual([]);
    expect(
      suggested([
        ["chatgpt", "You"],
        ["claude", "you"],
      ]),
    ).toEqual([]);
    expect(
      suggested([
        ["mail", "Anna Berg"],
        ["mail", "Arne Berg"],
        ["irc", "aberg"],
      ]),
    ).toEqual([]);
  });

  it("are suggested once, for the surest reason, the surest pairs first", () => {
    expect(
      suggested([
        ["irc", "Mira", "u@host"],
        ["irc", "mira", "u@host"],
        ["mail", "Anna Berg"],
        ["irc", "aberg"],
        ["irc", "olaf"],
        ["irc", "olaf|away"],
      ]),
    ).toEqual([
      "Mira + mira: id, high",
      "olaf + olaf|away: nick, medium",
      "Anna Berg + aberg: initials, low",
    ]);
  });

  it("are not suggested where they are one already, or where somebody said that they are not", () => {
    const pair: readonly Author[] = [
      ["irc", "mira"],
      ["irc", "mira_"],
    ];
    const people = openPeople([{ source: "", name: "mira_", shown: "mira", bot: null }], []);
    expect(suggested(pair, { people })).toEqual([]);
    expect(suggested(pair, { dismissed: [{ one: "mira", other: "mira_" }] })).toEqual([]);
  });
});
