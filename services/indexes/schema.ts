// The columns of every collection's index.
import type { Schema } from "#index-store/index-store.ts";

/** The columns of every collection's index: what can be filtered on and counted. Row ids are chunk ids. */
export const indexSchema = {
  conversation: "keyword",
  message: "keyword",
  author: "keyword",
  role: "keyword",
  kind: "keyword",
  source: "keyword",
  channel: "keyword",
  language: "keyword",
  upload: "keyword",
  at: "number",
  /** "message" or "exchange"; absent in rows of older indexes, which are of messages. */
  unit: "keyword",
  /** Number of an exchange's answers; absent in other rows. */
  answers: "number",
} as const satisfies Schema;
