// Zulip's lists of messages: topics, direct messages, HTML, notices, edits.
import { describe, expect, it } from "vitest";
import { htmlText } from "./html-text.ts";
import { first, read } from "./parse.builders.ts";

const base = { sender_id: 3, sender_full_name: "Emil", timestamp: 1_767_261_600 };

describe("messages of Zulip", () => {
  it("are a conversation a topic, with notices, edits and names", async () => {
    const found = await read(
      JSON.stringify({
        result: "success",
        messages: [
          {
            ...base,
            id: 5,
            content: "<p>a</p>",
            subject: "simp",
            stream_id: 7,
            display_recipient: "lean",
          },
          {
            ...base,
            id: 6,
            content: "<p>b</p>",
            subject: "linarith",
            stream_id: 7,
            display_recipient: "lean",
          },
          {
            ...base,
            id: 8,
            sender_full_name: "Notification Bot",
            sender_email: "notification-bot@zulip.com",
            content: "<p>moved here</p>",
            subject: "simp",
            stream_id: 7,
            display_recipient: "lean",
          },
          {
            ...base,
            id: 9,
            content: "<p>only you</p>",
            subject: "",
            last_edit_timestamp: 1_767_261_700,
            display_recipient: [
              { id: 3, full_name: "Emil" },
              { id: 4, full_name: "Rosa" },
            ],
          },
        ],
      }),
    );
    expect(found).toMatchObject({ formats: ["zulip"], problems: [] });
    expect(
      found.conversations.map(({ sourceId, title, channel, messages }) => [
        sourceId,
        title,
        channel,
        messages.map(({ kind, text }) => `${kind} ${text}`),
      ]),
    ).toEqual([
      ["7/simp", "simp (#lean)", "#lean", ["text a", "system moved here"]],
      ["7/linarith", "linarith (#lean)", "#lean", ["text b"]],
      ["@3,4", "Emil, Rosa", "Emil, Rosa", ["text only you"]],
    ]);
    expect(found.conversations[2]?.messages[0]).toMatchObject({
      sourceId: "9",
      authorId: "3",
      editedAt: 1_767_261_700_000,
      zoneKnown: true,
    });
  });

  it("say which of a list are none, and that its end is missing", async () => {
    const list = JSON.stringify([{ ...base, id: 5, content: "a", subject: "t" }, { id: 6 }, base]);
    const found = await read(list.slice(0, -5), "topic.json");
    expect(found.problems.map(({ code }) => code)).toEqual(["unknown-message", "truncated"]);
    expect(first(found)).toMatchObject({ sourceId: "t", partial: true });
  });
});

it.each([
  ["<p>one<br>two</p><p>three &amp; &#128578;</p>", "one\ntwo\n\nthree & 🙂"],
  [
    '<p>see <a href="https://example.org/a?b=1&amp;c">this</a></p>',
    "see this (https://example.org/a?b=1&c)",
  ],
  ["<ul><li>a</li><li>b</li></ul>", "• a\n• b"],
  ["<pre><code>x &lt; y\n  z</code></pre>", "x < y\n  z"],
  ['<img alt=":wave:" src="x"> 1 < 2', ":wave: 1 < 2"],
])("shows HTML as its readers see it: %s", (html, text) => {
  expect(htmlText(html)).toBe(text);
});
