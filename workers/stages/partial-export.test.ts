// Tests of exports that could be read in part only: they add what they have, and nothing is gone because of them.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chatgpt,
  type ExportFile,
  json,
  type Kitchen,
  lines,
  openKitchen,
  says,
} from "./exports.builders.ts";

let kitchen: Kitchen;
beforeEach(async () => {
  kitchen = await openKitchen();
});
afterEach(() => kitchen.close());

describe("an export that was read in part", () => {
  /** Cut off, and long enough to be read one message at a time. */
  const cut = ({ name, text }: ExportFile, after: string): ExportFile => ({
    name,
    text: `${text.slice(0, text.indexOf(after) + after.length)}${" ".repeat(1_200_000)}`,
  });
  const bringCut = (file: ExportFile) => kitchen.bringDamaged(file, "truncated");
  const row = (updated_at: string, title: string, ...texts: readonly string[]) =>
    lines("a.jsonl", { id: "z3", title, updated_at, messages: says(...texts) });
  const [first, second, third] = ["2026-01-01", "2026-01-02", "2026-01-03"].map(
    (day) => `${day}T10:00:00Z`,
  ) as [string, string, string];
  const full = row(first, "Onions", "how do I cut an onion?", "in halves", "thanks");
  const more = cut(
    row(second, "Many onions", "how do I cut an onion?", "in halves", "with skin?", "without"),
    '"with skin?"},',
  );

  it.each([
    ["after the whole one", [full, more]],
    ["before the whole one", [more, full]],
  ])("takes nothing for gone, adds what it has, and its title: %s", async (_, files) => {
    for (const file of files) await (file === more ? bringCut(file) : kitchen.bring(file));
    const found = await kitchen.thread();
    expect({ ...found, shown: found.shown.toSorted() }).toEqual({
      title: "Many onions",
      messages: 4,
      shown: ["how do I cut an onion?", "in halves", "thanks", "with skin?"],
      gone: [],
    });
  });

  it("gives way to a whole one that is newer", async () => {
    await kitchen.bring(full);
    await bringCut(more);
    await kitchen.bring(row(third, "Rings", "how do I cut an onion?", "in rings"));
    expect(await kitchen.thread()).toEqual({
      title: "Rings",
      messages: 5,
      shown: ["how do I cut an onion?", "in rings"],
      gone: ["in halves", "thanks", "with skin?"],
    });
  });

  it("is not what the newest export is when that is erased, while another is left", async () => {
    await kitchen.bring(full);
    await bringCut(cut(row(second, "Cut", "how do I cut an onion?", "in halves"), 'onion?"},'));
    const id = await kitchen.bring(row(third, "Rings", "how do I cut an onion?", "in rings"));
    await kitchen.erase(id);
    expect(await kitchen.thread()).toEqual({
      title: "Cut",
      messages: 3,
      shown: ["how do I cut an onion?", "in halves", "thanks"],
      gone: [],
    });
  });

  it("keeps nothing from being gone when it is erased", async () => {
    const only = row(first, "Onions", "how do I cut an onion?", "in halves", "thanks");
    const partly = cut(row(third, "Cut", "how do I cut an onion?", "in halves", "x"), 'halves"},');
    await kitchen.bring(only);
    const id = await bringCut(partly);
    await kitchen.bring(row(second, "Rings", "how do I cut an onion?"));
    expect((await kitchen.thread()).gone).toEqual(["thanks"]);
    await kitchen.erase(id);
    expect((await kitchen.thread()).gone).toEqual(["in halves", "thanks"]);
  });

  const jam = (update: number, leaf: string, said: readonly string[][]) =>
    chatgpt("Jam", update, leaf, said);
  const begun = [
    ["a", "", "user", "recipe for plum jam"],
    ["b", "a", "assistant", "use two kilos"],
  ];
  const whole = jam(1767261700, "d", [
    ...begun,
    ["c", "b", "user", "and sugar?"],
    ["d", "c", "assistant", "one kilo"],
  ]);

  it("goes on from the end of the main path, and takes no other", async () => {
    await kitchen.bring(whole);
    const grown = jam(1767300000, "f", [
      ...begun,
      ["c", "b", "user", "and sugar?"],
      ["d", "c", "assistant", "one kilo"],
      ["e", "d", "user", "and lemon?"],
      ["f", "e", "assistant", "half of one"],
    ]);
    await bringCut(cut(grown, '"and lemon?"]}}},'));
    const shown = ["recipe for plum jam", "use two kilos", "and sugar?", "one kilo"];
    expect(await kitchen.thread()).toMatchObject({ shown: [...shown, "and lemon?"], gone: [] });
    const branch = jam(1767310000, "h", [
      ...begun,
      ["g", "b", "user", "and honey?"],
      ["h", "g", "assistant", "half a kilo"],
    ]);
    await bringCut(cut(branch, '"and honey?"]}}},'));
    expect(await kitchen.thread()).toMatchObject({ shown: [...shown, "and lemon?"], gone: [] });
  });

  it("of Slack says nothing of its stretch of time where a day is damaged", async () => {
    const said = (...texts: readonly (readonly [string, string])[]) =>
      json(
        "general/2026-01-01.json",
        texts.map(([ts, text]) => ({ type: "message", user: "U1", ts, text })),
      );
    const [on, hot, bread] = [
      ["1767261600.000100", "the oven is on"],
      ["1767261700.000100", "at 200 degrees"],
      ["1767261900.000100", "bread is in"],
    ] as const;
    await kitchen.bring(said(on, hot, bread));
    const damaged = { ...said(on, hot, bread) };
    const text = damaged.text.replace('"at 200 degrees"', "oops");
    await kitchen.bringDamaged({ ...damaged, text }, "bad-json");
    expect(await kitchen.thread()).toMatchObject({ messages: 3, gone: [] });
  });
});
