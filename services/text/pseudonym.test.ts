// Words for masked values: one for each value in all its forms, another one under another key, and nothing that is found again.
import { expect, it } from "vitest";
import { noCleaning } from "#services/domain/cleaning.ts";
import { cleaner, findPrivate } from "./text.ts";

const rules = {
  ...noCleaning,
  found: { ...noCleaning.found, phone: "mask", email: "refuse", token: "mark" },
  nameKey: "a key",
} as const;
const name = (text: string) => cleaner.name(text, rules);

it("are the same for one value, however it is written, and others for another", () => {
  const first = name("+49 170 1234567");
  expect(first).toMatch(/^«phone [a-z]{6}-[a-z]{6}»$/u);
  expect(name("+49 (170) 123-4567")).toBe(first);
  expect(name("+49 170 1234568")).not.toBe(first);
  expect(name("Ann@Bakery.example")).toBe(name("ann@bakery.example"));
  expect(cleaner.name("+49 170 1234567", { ...rules, nameKey: "another" })).not.toBe(first);
});

it("leave the rest of a name, and names that hold nothing or what is only marked", () => {
  expect(name("Ann Baker <ann@bakery.example>")).toMatch(
    /^Ann Baker <«e-mail [a-z]{6}-[a-z]{6}»>$/u,
  );
  const token = `ghp_${"z9Y8x7".repeat(6)}`;
  expect([name("Mira"), name(token)]).toEqual(["Mira", token]);
});

it("are not masked again", () => {
  for (const text of ["+49 170 1234567", "ann@bakery.example", "Ann <ann@bakery.example>"]) {
    const once = name(text);
    expect([findPrivate(once), name(once)]).toEqual([[], once]);
  }
});
