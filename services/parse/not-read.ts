// Why an upload is not read at all: in words that name what is read instead.
import type { SeenTable } from "#services/domain/columns.ts";
import { rejected } from "#services/domain/errors.ts";
import { damaged } from "./archive.ts";
import type { Closest } from "./closest.ts";
import { formats } from "./formats.ts";
import { columnsHint, columnsUnknown } from "./table/choose.ts";

/** @param closest the format that the file is nearest to; undefined for an archive in which no file could be looked at */
export const notAChatLog = (filename: string, closest: Closest | undefined) =>
  rejected(
    [`${JSON.stringify(filename)} is not a chat log that can be read.`, closest?.why]
      .filter((part) => part !== undefined)
      .join(" "),
    {
      code: "not-a-chat-log",
      status: 415,
      hint: [
        ...(closest?.todo === undefined ? [] : [closest.todo]),
        `${formats.length} formats are read, exports of ChatGPT, Claude, WhatsApp, Telegram, Slack and Discord, mail, IRC logs and tables among them: the page “Formats” and \`parlance formats\` list them, and say how to get an export of each.`,
      ].join(" "),
    },
  );

export const unreadTables = (filename: string, tables: readonly SeenTable[]) =>
  rejected(
    `${JSON.stringify(filename)} was not read as messages. ${tables
      .slice(0, 3)
      .map((one) => `${one.sheet === null ? "" : `Sheet “${one.sheet}”: `}${columnsUnknown(one)}`)
      .join(" ")}`,
    { code: "columns-unknown", status: 415, hint: columnsHint, data: { tables } },
  );

export const allDamaged = () =>
  damaged("The archive is damaged: none of its files that may be chat logs can be unpacked.");
