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
} as const satisfies Schema;
