// Tests of what is said of files that are in no format: the nearest one, what speaks against it, and what to do.
import { describe, expect, it } from "vitest";
import { closestTo } from "./closest.ts";

const told: readonly (readonly [string, string, RegExp, RegExp])[] = [
  [
    "ChatGPT's page for reading",
    "<html><head><title>ChatGPT Data Export</title></head></html>",
    /nearest to a ChatGPT export/,
    /conversations\.json/,
  ],
  [
    "a Telegram export in HTML",
    '<!DOCTYPE html><html><body><div class="message default clearfix"></div></body></html>',
    /Telegram export, but in HTML/,
    /Machine-readable JSON/,
  ],
  ["any other page", "<html><body>Bread</body></html>", /web page/, /JSON or as text/],
  [
    "a list of ChatGPT's conversations without their messages",
    '[{"title":"Jam","create_time":1,"update_time":2}]',
    /nearest to a ChatGPT export, but its first record has no field “mapping”/,
    /Export it again/,
  ],
  [
    "a Slack message without a time",
    '[{"user":"U1","text":"flour?","type":"message","team":"T1"}]',
    /nearest to a Slack day, but its first record has no field “ts”/,
    /Export it again/,
  ],
  ["other JSON", '{"flour":[1,2]}', /no conversations or messages of a known format/, /one a line/],
  [
    "a table of other names",
    "who;what\nada;flour\n",
    /nearest to a table, but none of its columns \(“who”, “what”\)/,
    /ends in \.csv/,
  ],
  ["a diary", "Dear diary,\nit rained.\n", /nearest to a plain transcript/, /Anna: what was said/],
];

describe("a file in no format", () => {
  it("is not told to bear the name that it bears", () => {
    const head = "who;who\nada;flour\n";
    expect(closestTo(head, "upload").todo).toMatch(/ends in \.csv/);
    expect(closestTo(head, "talk.csv").todo).not.toMatch(/ends in \.csv/);
  });

  it.each(told)("is told from its beginning: %s", (_, head, why, todo) => {
    const closest = closestTo(head, "upload");
    expect(closest.why).toMatch(why);
    expect(closest.todo).toMatch(todo);
  });
});
