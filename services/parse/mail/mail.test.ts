// Mail: threads, encodings, parts, files, quoted text, mails that are there twice, single messages.
import { describe, expect, it } from "vitest";
import { first, fixture, read, zipOf } from "../parse.builders.ts";
import { folded } from "./body.ts";
import { bareSubject, senderIn } from "./header.ts";

const mbox = fixture("mail-thread.mbox");

describe("an mbox file", () => {
  it("is a conversation a thread, its words decoded and its quotes folded", async () => {
    const found = await read(mbox, "list.mbox");
    expect(found.formats).toEqual(["mail"]);
    expect(
      found.conversations.map(({ sourceId, title, messages }) => [
        sourceId,
        title,
        messages.map(({ author, authorId, text }) => [author, authorId, text]),
      ]),
    ).toEqual([
      [
        "1@example.org",
        "Bjørns pump",
        [
          [
            "Ida Holm",
            "ida@example.org",
            "Wer hat sie gelöst? Der lange Satz geht hier weiter.\nFrom the box it hums.",
          ],
          ["Ben", "ben@example.org", "I did.\n\n• valve"],
          ["Ida Holm", "ida@example.org", "[2 quoted lines]\nThanks!"],
        ],
      ],
      ["4@example.org", "hoses", [["Ida Holm", "ida@example.org", "Any left?"]]],
    ]);
    expect(found.problems).toMatchObject([
      { code: "unknown-time", count: 1 },
      { code: "duplicate-message", count: 1 },
    ]);
  });

  it.each([
    ["=?utf-8?b?0J/QvtGA0YPRh9C40YLRjA==?=", "Поручить"],
    ["=?utf-8?q?=D7=A9=D7=9C=D7=95=D7=9D?=", "שלום"],
    // Cut between the bytes of a letter.
    ["=?UTF-8?B?0J/Q?= =?utf-8?B?vtGA0Yw=?=", "Порь"],
    ["Grüße", "Grüße"],
  ])("has its subject in any script as its title: %s", async (subject, title) => {
    const found = await read(`From: a@b.org\nMessage-ID: <1@b>\nSubject: ${subject}\n\nhi\n`);
    expect(first(found).title).toBe(title);
  });

  it("keeps ids, times with their zone, what is answered, and files by name", async () => {
    const thread = first(await read(mbox));
    expect(thread.messages).toMatchObject([
      {
        sourceId: "1@example.org",
        at: Date.UTC(2026, 0, 1, 9),
        zoneKnown: true,
        attachments: [
          {
            name: "pump.pdf",
            mediaType: "application/pdf",
            size: 5,
            content: expect.any(Buffer),
          },
        ],
      },
      { replyTo: "1@example.org", at: Date.UTC(2026, 0, 1, 11) },
      { replyTo: "2@example.org", at: null, position: Date.UTC(2026, 0, 1, 11) + 1 },
    ]);
    expect(thread.messages[0]?.raw).toContain("Content-Disposition: attachment");
  });

  it("is one thread too where its mails are files of their own", async () => {
    const mails = mbox
      .toString("utf8")
      .split(/^From .*\n/m)
      .slice(1, 4);
    const found = await read(
      zipOf(Object.fromEntries(mails.map((mail, nth) => [`${nth}.eml`, mail]))),
    );
    expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual([
      "1@example.org",
      "1@example.org",
      "1@example.org",
    ]);
  });
});

it("is mail without a date too, where it was received or has a version", async () => {
  const found = await read("Received: by x\nFrom: a@x.org\nSubject: pump\n\nIt hums.\n", "a.eml");
  expect(found.problems.map(({ code }) => code)).toEqual(["unknown-time"]);
  expect(first(found).messages).toMatchObject([{ author: "a@x.org", text: "It hums.", at: null }]);
});

it("knows senders in the layouts of programs and archives", () => {
  expect(senderIn('"Holm, Ida" <Ida@Example.org>')).toEqual({
    name: "Holm, Ida",
    address: "ida@example.org",
  });
  expect(senderIn("a at x.org (Ann)")).toEqual({ name: "Ann", address: "a@x.org" });
  expect(senderIn("a@x.org")).toEqual({ name: "a@x.org", address: "a@x.org" });
  expect(bareSubject("Re: AW: [list] Fwd: pumps")).toBe("pumps");
});

it("folds each stretch of quoted lines into one", () => {
  expect(folded("Hallo\n\nAm Mo., 1. Jan. 2024 um 10:00 Uhr schrieb Ida <i@x.org>:\n\n> Wo?")).toBe(
    "Hallo\n\n[1 quoted line]",
  );
  expect(folded("> a\nyes\n\n> b\n> c\nno > that")).toBe(
    "[1 quoted line]\nyes\n\n[2 quoted lines]\nno > that",
  );
});
