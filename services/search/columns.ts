// The index's columns that search reads and filters on, by the names that the commit stage writes.
export const columns = {
  conversation: "conversation",
  author: "author",
  role: "role",
  kind: "kind",
  source: "source",
  channel: "channel",
  language: "language",
  /** Milliseconds since 1970; NaN where the log has no time. */
  at: "at",
} as const;
