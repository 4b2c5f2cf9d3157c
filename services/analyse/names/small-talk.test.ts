// Small talk: what is about nothing, and what is about something though it is short.
import { expect, it } from "vitest";
import { tokenize } from "#index-store/index-store.ts";
import { openSmallTalk } from "./small-talk.ts";

const isSmallTalk = openSmallTalk(tokenize, "en");

it.each([
  "thanks a lot!",
  "good morning everyone",
  "ann: you're welcome",
  "ok, see you tomorrow then",
  "what time is it?",
  "hahaha :)",
  "12:30",
])("is %j", (text) => {
  expect(isSmallTalk(text, "en")).toBe(true);
});

it.each([
  "thanks, the driver works",
  "which kernel?",
  "https://example.org/page",
  "`rm`",
  "danke, der Ofen",
])("is not %j", (text) => {
  expect(isSmallTalk(text, "en")).toBe(false);
});
