// Tests of the order in which leaves are listed.
import { expect, it } from "vitest";
import { listedLeaves } from "./listed-topics.ts";

const topic = (id: string, parent: string | null, isLeaf: boolean, hidden = false) => ({
  id,
  parent,
  isLeaf,
  hidden,
});

it("lists leaves below their parents, without hidden ones", () => {
  expect(
    listedLeaves([
      topic("garden", null, false),
      topic("boats", null, false),
      topic("gone", null, false, true),
      topic("harbour", "boats", true),
      topic("tomatoes", "garden", true),
      topic("secret", "garden", true, true),
      topic("left", "gone", true),
      topic("herons", "garden", true),
    ]),
  ).toEqual(["tomatoes", "herons", "harbour", "left"]);
});
