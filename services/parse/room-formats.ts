// The formats whose records are rooms with a list of messages, by their names.
import type { SourceKind } from "#services/domain/conversation.ts";
import { discord } from "./discord.ts";
import { googleChat } from "./google/google-chat.ts";
import { matrix } from "./matrix.ts";
import type { Json } from "./message.ts";
import { messenger } from "./messenger.ts";
import type { RoomFormat } from "./room.ts";
import { skype } from "./skype.ts";
import { isSlackDump, slackDump } from "./slackdump/dump.ts";
import { telegram } from "./telegram/telegram.ts";

export const roomFormats: ReadonlyMap<SourceKind, RoomFormat> = new Map<SourceKind, RoomFormat>([
  ["telegram", telegram],
  ["discord", discord],
  ["messenger", messenger],
  ["skype", skype],
  ["google-chat", googleChat],
  ["matrix", matrix],
]);

/** Of a record by its shape; a channel that Slackdump saved is a room too, where Slack's own files hold single messages. */
export const roomFormatOf = (
  shape: SourceKind | undefined,
  record: Json,
): RoomFormat | undefined =>
  shape === undefined
    ? undefined
    : (roomFormats.get(shape) ?? (isSlackDump(record) ? slackDump : undefined));
