// Tests of edits of people: what they say of names, and under which names people are shown who lose theirs.
import { describe, expect, it } from "vitest";
import { openPeople, type SaidOfName } from "./people.ts";
import { type EditedPeople, joined, renamed, split, withoutNames } from "./people-edits.ts";
import { joinsOthers, type LoggedEdit, saidOf } from "./people-undo.ts";

type Written = readonly (readonly [source: string, name: string])[];

const editedBy = (said: readonly SaidOfName[], written: Written): EditedPeople => ({
  people: openPeople(said, []),
  said,
  written: written.map(([source, name], at) => ({ source, name, messages: 100 - at })),
});

const replaced = (before: readonly SaidOfName[], by: readonly SaidOfName[]): SaidOfName[] => [
  ...before.filter(({ source, name }) => !by.some((o) => o.source === source && o.name === name)),
  ...by.filter(({ shown, bot }) => shown !== null || bot !== null),
];

/** Who everybody is after these edits. */
const shownAfter = (
  written: Written,
  ...edits: readonly ((edited: EditedPeople) => readonly SaidOfName[])[]
) => {
  let known: SaidOfName[] = [];
  for (const edit of edits) known = replaced(known, edit(editedBy(known, written)));
  const people = openPeople(known, []);
  return written.map(([source, name]) => people.shownAs(source, name));
};

describe("splitting", () => {
  const written = [
    ["irc", "mira"],
    ["irc", "anna"],
    ["slack", "anna"],
    ["irc", "robin"],
  ] as const;

  it("shows whoever stays under a name that nobody else has", () => {
    const shown = shownAfter(
      written.slice(0, 2).concat([["irc", "robin"]] as never),
      (edited) => joined(edited, ["mira", "anna"], undefined),
      (edited) => renamed(edited, "robin", "anna"),
      (edited) => split(edited, "mira", [{ name: "mira" }]),
    );
    expect(shown).toEqual(["mira", "anna 2", "anna"]);
  });

  it("leaves nobody with a name that has left, where another name leaves in one source only", () => {
    const shown = shownAfter(
      written,
      (edited) => joined(edited, ["mira", "anna"], undefined),
      (edited) => split(edited, "mira", [{ name: "mira" }, { name: "anna", source: "irc" }]),
    );
    expect(shown).toEqual(["mira", "anna (IRC)", "anna", "robin"]);
  });

  it("makes no name that is longer than a name may be", () => {
    const long = "x".repeat(300);
    const shown = shownAfter(
      [
        ["irc", long],
        ["slack", long],
      ],
      (edited) => split(edited, long, [{ name: long, source: "irc" }]),
    );
    expect(shown).toEqual([`${"x".repeat(294)} (IRC)`, long]);
  });
});

describe("names that nobody writes under any more", () => {
  const gone = new Set(["Anna Berg"]);

  it("are shown to nobody: the most frequent name that is left is", () => {
    const said = [
      { source: "", name: "anna", shown: "Anna Berg", bot: null },
      { source: "", name: "anna_", shown: "Anna Berg", bot: true },
      { source: "irc", name: "ab", shown: "Anna Berg (IRC) 2", bot: null },
      { source: "", name: "Anna Berg", shown: null, bot: true },
      { source: "", name: "olaf", shown: "Olaf", bot: null },
    ];
    const written = [
      ["irc", "anna_"],
      ["irc", "anna"],
      ["irc", "ab"],
      ["irc", "olaf"],
    ] as const;
    const left = replaced(said, withoutNames(editedBy(said, written), gone));
    expect(JSON.stringify(left)).not.toContain("Berg");
    const people = openPeople(left, []);
    expect(written.map(([source, name]) => people.shownAs(source, name))).toEqual([
      "anna_",
      "anna_",
      "ab",
      "Olaf",
    ]);
    expect(people.botOf("anna_")?.bot).toBe(true);
  });
});

describe("undoing", () => {
  const at = (
    nth: number,
    edit: Pick<LoggedEdit, "before" | "after">,
    undoneAt: number | null,
  ) => ({
    id: `edit ${nth}`,
    at: nth,
    ...edit,
    undoneAt,
  });
  const shownAs = (name: string, shown: string | null) => [{ source: "", name, shown, bot: null }];
  const first = at(1, { before: shownAs("anna", null), after: shownAs("anna", "Robin") }, null);

  it("joins others where somebody was given the name since, by an edit or by undoing one", () => {
    const taken = at(2, { before: shownAs("bo", null), after: shownAs("bo", "anna") }, null);
    const said = [...first.after, ...taken.after];
    expect(joinsOthers(first, [first], first.after)).toBe(false);
    expect(joinsOthers(first, [taken, first], said)).toBe(true);
    const left = at(0, { before: shownAs("bo", "anna"), after: shownAs("bo", null) }, 3);
    expect(joinsOthers(first, [first, left], said)).toBe(true);
  });

  it("joins nobody else where it only takes back what was together then", () => {
    const parted = at(2, { before: shownAs("bo", "Robin"), after: shownAs("bo", null) }, null);
    expect(joinsOthers(parted, [parted, first], first.after)).toBe(false);
    expect(saidOf(parted.before, first.after)).toEqual(shownAs("bo", null));
  });
});
