// The files that messages name, found in the archives of each format that has them.

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAttachedFiles } from "./attached-files.ts";
import { parse } from "./detect.ts";
import { aPng } from "./documents/documents.builders.ts";
import { type Files, tarOf, zipOf } from "./parse.builders.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-attached-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Each file that a message names, with the path of the file that was found for it, and whether it has its bytes. */
const foundIn = async (
  files: Files,
  filename = "export.zip",
  packed: Uint8Array = zipOf(files),
): Promise<readonly unknown[]> => {
  const path = join(folder, "upload.zip");
  await writeFile(path, packed);
  const found: unknown[] = [];
  for await (const event of parse({ path, filename })) {
    if (event.kind !== "conversation") continue;
    for (const attachment of event.conversation.messages.flatMap((one) => one.attachments)) {
      const file = event.files?.(attachment);
      const pieces: Uint8Array[] = [];
      for await (const piece of file?.bytes() ?? []) pieces.push(piece);
      const whole = Buffer.concat(pieces).equals(aPng());
      found.push([attachment.name, file === undefined ? undefined : [file.path, whole]]);
    }
  }
  return found;
};
const png = aPng();

describe("files of messages are found in an export of", () => {
  it("WhatsApp, by their names, whatever the case of their endings and the way accents are written", async () => {
    const chat =
      "[07.03.26, 21:22:39] Anna: \u200e<attached: 00000001-Café.PNG>\n\u200e[08.03.26, 21:22:40] Anna: \u200e<attached: gone.png>\n";
    const files = { "_chat.txt": chat, ["00000001-Café.png".normalize("NFD")]: png };
    expect(await foundIn(files)).toEqual([
      ["00000001-Café.PNG", ["00000001-Café.png".normalize("NFD"), true]],
      ["gone.png", undefined],
    ]);
  });

  it("Claude Code, in the folder of the same session", async () => {
    const content =
      "<persisted-output>\nOutput too large (40KB). Full output saved to: /home/a/.claude/projects/w/s/tool-results/toolu_1.txt\n";
    const line = {
      type: "user",
      sessionId: "s",
      uuid: "n1",
      parentUuid: null,
      timestamp: "2026-01-01T10:00:00Z",
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "toolu_1", content }],
      },
    };
    const files = {
      "projects/w/other/tool-results/toolu_1.txt": "not this one",
      "projects/w/s.jsonl": `${JSON.stringify(line)}\n`,
      "projects/w/s/tool-results/toolu_1.txt": png,
    };
    expect(await foundIn(files)).toEqual([
      ["toolu_1.txt", ["projects/w/s/tool-results/toolu_1.txt", true]],
    ]);
  });

  it("WhatsApp in a tar or a tar.gz, before or after the log that names them, and leave nothing beside it", async () => {
    const chat =
      "[07.03.26, 21:22:39] Anna: \u200e<attached: a.png>\n[07.03.26, 21:22:40] Ben: Yes\n";
    for (const files of [
      { "a.png": png, "_chat.txt": chat },
      { "_chat.txt": chat, "a.png": png },
    ]) {
      const tar = await tarOf(files);
      const found = [["a.png", ["a.png", true]]];
      expect(await foundIn(files, "export.tar", tar)).toEqual(found);
      expect(await foundIn(files, "export.tar.gz", gzipSync(tar))).toEqual(found);
    }
    expect(await readdir(folder)).toEqual(["upload.zip"]);
  });

  it("ChatGPT, by their ids", async () => {
    const part = (id: string) => ({
      content_type: "image_asset_pointer",
      asset_pointer: id,
      size_bytes: png.length,
    });
    const conversation = {
      id: "c1",
      title: "Pictures",
      create_time: 1,
      update_time: 2,
      current_node: "b",
      mapping: {
        a: { id: "a", message: null, parent: null, children: ["b"] },
        b: {
          id: "b",
          parent: "a",
          children: [],
          message: {
            id: "b",
            author: { role: "user" },
            create_time: 1,
            recipient: "all",
            metadata: {},
            content: {
              content_type: "multimodal_text",
              parts: [
                part("file-service://file-AbCdEf123456"),
                part("sediment://file_0000000012345678"),
                "What is this?",
              ],
            },
          },
        },
      },
    };
    const found = await foundIn({
      "conversations.json": JSON.stringify([conversation]),
      "file-AbCdEf123456-leaf.png": png,
      "user-x/file_0000000012345678-sanitized.png": png,
    });
    expect(found).toEqual([
      ["file-AbCdEf123456", ["file-AbCdEf123456-leaf.png", true]],
      ["file_0000000012345678", ["user-x/file_0000000012345678-sanitized.png", true]],
    ]);
  });

  it("Telegram, by their paths beside it", async () => {
    const result = {
      name: "Ola",
      type: "personal_chat",
      id: 1,
      messages: [
        {
          id: 1,
          type: "message",
          date: "2026-01-01T10:00:00",
          date_unixtime: "1767261600",
          from: "Ola",
          from_id: "user1",
          photo: "photos/photo_1.jpg",
          text: "",
          text_entities: [],
        },
      ],
    };
    expect(
      await foundIn({
        "DataExport/result.json": JSON.stringify(result),
        "DataExport/photos/photo_1.jpg": png,
        "other/photos/photo_1.jpg": Buffer.from("another"),
      }),
    ).toEqual([["photo_1.jpg", ["DataExport/photos/photo_1.jpg", true]]]);
  });

  it("Messenger, by the ends of their paths", async () => {
    const uri = "your_facebook_activity/messages/inbox/ola_1/photos/7.jpg";
    const thread = {
      participants: [{ name: "Ola" }, { name: "Ben" }],
      messages: [{ sender_name: "Ola", timestamp_ms: 1767261600000, photos: [{ uri }] }],
      title: "Ola",
      thread_path: "inbox/ola_1",
    };
    const at = "facebook-ola/your_facebook_activity/messages/inbox/ola_1";
    expect(
      await foundIn({
        [`${at}/message_1.json`]: JSON.stringify(thread),
        [`${at}/photos/7.jpg`]: png,
      }),
    ).toEqual([["7.jpg", [`${at}/photos/7.jpg`, true]]]);
  });

  it("Discord, where an exporter wrote paths; an address is no file", async () => {
    const log = {
      guild: { id: "1", name: "Boats" },
      channel: { id: "2", type: "GuildTextChat", name: "harbour" },
      messages: [
        {
          id: "3",
          type: "Default",
          timestamp: "2026-01-01T10:00:00+00:00",
          content: "",
          author: { id: "4", name: "ola" },
          attachments: [
            { id: "5", url: "log_Files/boat%201-AA.png", fileName: "boat 1.png" },
            { id: "6", url: "https://cdn.example.org/boat.png", fileName: "boat.png" },
          ],
        },
      ],
      messageCount: 1,
    };
    expect(
      await foundIn({
        "log.json": JSON.stringify(log),
        "log_Files/boat 1-AA.png": png,
        "boat.png": png,
      }),
    ).toEqual([
      ["boat 1.png", ["log_Files/boat 1-AA.png", true]],
      ["boat.png", undefined],
    ]);
  });

  it("Slack, in folders of their ids and behind them", async () => {
    const file = (id: string) => ({
      id,
      name: "plan.png",
      mimetype: "image/png",
      size: png.length,
    });
    const day = [
      { type: "message", user: "U1", ts: "1767261600.000100", text: "", files: [file("F0000001")] },
      { type: "message", user: "U1", ts: "1767261601.000100", text: "", files: [file("F0000002")] },
    ];
    expect(
      await foundIn({
        "users.json": JSON.stringify([{ id: "U1", name: "ola" }]),
        "channels.json": JSON.stringify([{ id: "C1", name: "general" }]),
        "general/2026-01-01.json": JSON.stringify(day),
        "__uploads/F0000001/plan.png": png,
        "general/attachments/F0000002-plan.png": png,
      }),
    ).toEqual([
      ["plan.png", ["__uploads/F0000001/plan.png", true]],
      ["plan.png", ["general/attachments/F0000002-plan.png", true]],
    ]);
  });
});

describe("a file that a message names", () => {
  it("is not read as a chat log of its own", async () => {
    const talk = "Anna: are you there?\nBen: yes\nAnna: good\nBen: why?\nAnna: the boat\nBen: ah\n";
    const chat =
      "[07.03.26, 21:22:39] Anna: \u200e<attached: 00000001-talk.txt>\n\u200e[08.03.26, 21:22:40] Anna: \u200e<attached: 00000002-more.zip>\n";
    const path = join(folder, "upload.zip");
    const files = { "_chat.txt": chat, "00000001-talk.txt": talk };
    await writeFile(path, zipOf({ ...files, "00000002-more.zip": zipOf({ "talk.txt": talk }) }));
    const kinds: unknown[] = [];
    for await (const event of parse({ path, filename: "export.zip" }))
      if (event.kind === "conversation") kinds.push(event.conversation.source);
      else if (event.kind === "problem") kinds.push(event.problem.code);
    expect(kinds.filter((kind) => kind !== "unclear-dates")).toEqual(["whatsapp"]);
  });
});

describe("a chat log that somebody names as a file", () => {
  const said = (author: string, words: string) =>
    `[07.03.26, 21:22:39] ${author}: ${words}\n[07.03.26, 21:23:40] ${author}: And more\n`;
  const attach = (name: string) => `\u200e<attached: ${name}>`;

  it.each([
    ["by its path", "Anna/_chat.txt", "Bob/_chat.txt", "Bob/_chat.txt"],
    [
      "by its name",
      "WhatsApp Chat with Anna.txt",
      "Conversa do WhatsApp com Bob.txt",
      "Conversa do WhatsApp com Bob.txt",
    ],
    ["by a name of somebody's own", "_chat.txt", "Bob.txt", "Bob.txt"],
    ["by a path from elsewhere", "_chat.txt", "x/notes.txt", "x/notes.txt"],
  ])("%s, is read, and is no file of the message", async (_, anna, bob, typed) => {
    const path = join(folder, "upload.zip");
    const files = { [anna]: said("Anna", attach(typed)), [bob]: said("Bob", "Only for Bob") };
    await writeFile(path, zipOf(files));
    const texts: string[] = [];
    for await (const event of parse({ path, filename: "export.zip" })) {
      if (event.kind !== "conversation") continue;
      for (const { text, attachments } of event.conversation.messages) {
        texts.push(text);
        expect(attachments.map((one) => event.files?.(one)?.path)).toEqual(
          attachments.map(() => undefined),
        );
      }
    }
    expect(texts.filter((text) => text === "Only for Bob")).toEqual(["Only for Bob"]);
  });

  it("is found by no format", () => {
    const size = 1;
    const logs = [
      "b/result.json",
      "b/message_1.json",
      "b/messages.json",
      "b/conversations-001.json",
      "b/2026-01-01.json",
      "b/Boats - harbour [123456789012345678].json",
      "b/C0123456789.json",
      "b/All mail.mbox",
    ];
    const listed = logs.map((path) => ({ path, size, bytes: async function* () {} }));
    const find = openAttachedFiles(listed).beside("b/log.json");
    for (const file of logs)
      expect(find({ name: "a", mediaType: null, size: null, file })).toBeUndefined();
  });
});

describe("a file that is missing", () => {
  it("is not taken from another conversation", async () => {
    const space = (file: string) =>
      JSON.stringify({
        messages: [
          {
            creator: { name: "Ola", user_type: "Human" },
            created_date: "Thursday, January 1, 2026 at 10:00:00 AM UTC",
            text: "Look",
            topic_id: file,
            message_id: `${file}/${file}/${file}`,
            attached_files: [{ original_name: "image.png", export_name: "File-image.png" }],
          },
        ],
      });
    const at = "Takeout/Google Chat/Groups";
    expect(
      await foundIn({
        [`${at}/Space A/messages.json`]: space("A"),
        [`${at}/Space B/File-image.png`]: png,
        [`${at}/Space B/messages.json`]: space("B"),
        "File-image.png": png,
      }),
    ).toEqual([
      ["image.png", undefined],
      ["image.png", [`${at}/Space B/File-image.png`, true]],
    ]);
  });

  it("of one export of Telegram is not taken from another", async () => {
    const chat = (id: number) =>
      JSON.stringify({
        name: `Ola ${id}`,
        type: "personal_chat",
        id,
        messages: [
          {
            id: 1,
            type: "message",
            date: "2026-01-01T10:00:00",
            date_unixtime: "1767261600",
            from: "Ola",
            from_id: "user1",
            file: "files/plan.png",
            text: "",
            text_entities: [],
          },
        ],
      });
    expect(
      await foundIn({
        "A/result.json": chat(1),
        "B/files/plan.png": png,
        "B/result.json": chat(2),
      }),
    ).toEqual([
      ["plan.png", undefined],
      ["plan.png", ["B/files/plan.png", true]],
    ]);
  });
});
