// The names of the index's columns that search reads and filters on; the commit stage writes them.
export const columns = {
  conversation: "conversation",
  /** The message that a row begins with. */
  message: "message",
  author: "author",
  role: "role",
  kind: "kind",
  source: "source",
  channel: "channel",
  language: "language",
  /** Milliseconds since 1970; NaN where the log has no time. */
  at: "at",
} as const;
