// The one error class of the index store.

/**
 * conflict: other writers were faster ten times in a row · unknown-version: no such number, tag or id · damaged: bytes that are
 * not what was written · unavailable: git, the disk or another host failed · bad-documents and bad-query: the caller's input is
 * wrong · closed: used after `close`.
 */
export type IndexErrorCode =
  | "conflict"
  | "unknown-version"
  | "damaged"
  | "unavailable"
  | "bad-documents"
  | "bad-query"
  | "closed";

export class IndexError extends Error {
  override readonly name = "IndexError";
  readonly code: IndexErrorCode;
  constructor(code: IndexErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
