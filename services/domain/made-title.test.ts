// Tests of titles made of the beginning of a text.
import { expect, it } from "vitest";
import { findTitleSource, titleFrom } from "./made-title.ts";

const text = `${"early\n slugs ".repeat(12)}sleep`;

it("is a text in one line, cut between words, with its source where it is cut", () => {
  expect(titleFrom({ lead: "Task: ", text: "  a\nslug " })).toEqual({ title: "Task: a slug" });
  const made = titleFrom({ lead: "Task: ", text });
  expect(made.title).toBe(`Task: ${"early slugs ".repeat(6)}early …`);
  expect(made.titleSource).toEqual({ lead: "Task: ", text });
});

it.each(["", "Task: "])("is found again in its source, behind %j", (lead) => {
  const { title } = titleFrom({ lead, text });
  expect(findTitleSource(title, ["other", text])).toEqual({ lead, text });
  expect(findTitleSource(title, ["other"])).toBeUndefined();
  expect(findTitleSource("early slugs", [text])).toBeUndefined();
});
