// Small makers that all formats share: a message with its defaults, clean text, fingerprints, times, JSON looked at safely.
import { createHash } from "node:crypto";
import type { ParsedMessage } from "#services/domain/conversation.ts";

export type MessageParts = Pick<
  ParsedMessage,
  "key" | "position" | "author" | "role" | "text" | "raw"
> &
  Partial<ParsedMessage>;

/** Everything not said takes its plainest value: no parent, on the main path, kind text, no time. */
export const message = (parts: MessageParts): ParsedMessage => ({
  key: parts.key,
  sourceId: parts.sourceId ?? null,
  parent: parts.parent ?? null,
  replyTo: parts.replyTo ?? null,
  onMainPath: parts.onMainPath ?? true,
  gone: parts.gone ?? false,
  position: parts.position,
  author: clean(parts.author),
  authorId: parts.authorId ?? null,
  role: parts.role,
  kind: parts.kind ?? "text",
  at: parts.at ?? null,
  zoneKnown: parts.zoneKnown ?? false,
  localTime: parts.localTime ?? null,
  text: clean(parts.text),
  editedAt: parts.editedAt ?? null,
  model: parts.model ?? null,
  attachments: parts.attachments ?? [],
  raw: parts.raw,
});

/** Text that survives UTF-8 and our separators: no NUL, no half surrogate pairs. */
const clean = (text: string): string => {
  const plain = text.includes("\u0000") ? text.replaceAll("\u0000", "") : text;
  return plain.isWellFormed() ? plain : plain.toWellFormed();
};

/** 128 bits of SHA-256, hex. */
export const fingerprint = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 32);

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const asString = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

export const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const objectsOf = (value: unknown): readonly Json[] => asArray(value).filter(isObject);

/** An id that may be a number in the JSON. */
export const asId = (value: unknown): string | null =>
  typeof value === "number" && Number.isFinite(value) ? String(value) : asString(value);

/** The record without one of its members. */
export const without = (record: Json, key: string): Json =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
