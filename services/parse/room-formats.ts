// The formats whose records are rooms with a list of messages, by their names.
import type { SourceKind } from "#services/domain/conversation.ts";
import { discord } from "./discord.ts";
import { messenger } from "./messenger.ts";
import type { RoomFormat } from "./room.ts";
import { telegram } from "./telegram/telegram.ts";

export const roomFormats: ReadonlyMap<SourceKind, RoomFormat> = new Map<SourceKind, RoomFormat>([
  ["telegram", telegram],
  ["discord", discord],
  ["messenger", messenger],
]);
