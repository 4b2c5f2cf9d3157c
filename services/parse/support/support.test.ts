// Conversations of Intercom and tickets of Zendesk: who wrote, notes and notices, files, names from elsewhere, missing parts.
import { describe, expect, it } from "vitest";
import { first, fixture, read } from "../parse.builders.ts";

const said = (found: Awaited<ReturnType<typeof read>>, nth = 0) =>
  found.conversations[nth]?.messages.map(
    ({ author, role, kind, text }) => `${kind} ${role} ${author}: ${text}`,
  );

describe("a conversation of Intercom", () => {
  it("has its question, answers, notes and what became of it, and tells which parts are missing", async () => {
    const found = await read(fixture("intercom-notes.json"));
    expect(first(found)).toMatchObject({
      source: "intercom",
      sourceId: "55120",
      title: "Late parcel",
      asOf: 1_767_261_900_000,
    });
    expect(said(found)).toEqual([
      "text person Rosa: Where is my parcel?",
      "text assistant Fin: Let me look.",
      "system system Fin: assignment: a-2",
      "text person Emil: Lost at the depot.",
      "attachment person Emil: label.pdf",
    ]);
    expect(found.problems).toMatchObject([{ code: "missing-part", count: 1 }]);
  });

  it("has its parts where they were written, whatever came before them in the file", async () => {
    const one = JSON.parse(fixture("intercom-notes.json").toString("utf8"));
    const { conversation_parts: list, ...rest } = one;
    const twice = list.conversation_parts.concat({
      ...list.conversation_parts.at(-1),
      id: "905",
      body: "<p>same second</p>",
    });
    const placesOf = async (parts: readonly object[]) =>
      first(
        await read(
          JSON.stringify({ ...rest, conversation_parts: { ...list, conversation_parts: parts } }),
        ),
      ).messages.map(({ key, position }) => [key, position] as const);
    const all = await placesOf(twice);
    const later = await placesOf(twice.slice(2));
    expect(all.slice(-3)).toEqual(later.slice(-3));
    const positions = all.map(([, position]) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(new Set(positions).size).toBe(positions.length);
  });

  it("is found in a list as the API gives it", async () => {
    const one = JSON.parse(fixture("intercom-notes.json").toString("utf8"));
    const list = {
      type: "conversation.list",
      pages: {},
      conversations: [one, { ...one, id: "2" }],
    };
    expect((await read(JSON.stringify(list))).conversations).toHaveLength(2);
  });
});

describe("a ticket of Zendesk", () => {
  it("has its comments, with names of the requester and of senders of mail", async () => {
    const found = await read(fixture("zendesk-mails.jsonl"));
    expect(found).toMatchObject({ formats: ["zendesk"], problems: [] });
    expect(first(found)).toMatchObject({ sourceId: "3301", title: "Broken jar" });
    expect(said(found)).toEqual([
      "text person Rosa: It came broken.",
      "text person Help desk: A new one is on its way.",
    ]);
    expect(said(found, 1)).toEqual(["text person User 501: It arrived."]);
    expect(first(found).messages[0]?.attachments).toEqual([
      { name: "jar.jpg", mediaType: "image/jpeg", size: 8 },
    ]);
  });

  it("may stand beside its comments and the people", async () => {
    const [line = ""] = fixture("zendesk-mails.jsonl").toString("utf8").split("\n");
    const { comments, ...ticket } = JSON.parse(line);
    const users = [{ id: 602, name: "Emil" }];
    const found = await read(JSON.stringify({ ticket, comments, users }));
    expect(first(found)).toMatchObject({ sourceId: "3301", title: "Broken jar" });
    expect(first(found).messages.map(({ author }) => author)).toEqual(["Rosa", "Emil"]);
  });
});
