// The three kinds of errors: rejected (the caller can correct it), unavailable (try again), corrupt (data is damaged).
export type ErrorKind = "rejected" | "unavailable" | "corrupt";

export interface ErrorDetails {
  /** Stable, machine-readable, kebab-case: `not-a-chat-log`, `archive-too-large`. */
  readonly code: string;
  /** What the person can do about it, in one sentence. */
  readonly hint?: string;
  /** HTTP status where the default of the kind (400, 503, 500) does not fit: 404, 409, 413, 415, 507 … */
  readonly status?: number;
  readonly cause?: unknown;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The only error class that crosses rooms and processes: `toJSON` makes it portable, `fromJSON` reads it back. */
export class ParlanceError extends Error {
  override readonly name = "ParlanceError";
  readonly kind: ErrorKind;
  readonly code: string;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
    this.hint = details.hint;
    this.status = details.status;
    this.data = details.data ?? {};
  }

  toJSON(): SerializedError {
    return {
      kind: this.kind,
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.status === undefined ? {} : { status: this.status }),
      data: this.data,
    };
  }

  static fromJSON(error: SerializedError): ParlanceError {
    return new ParlanceError(error.kind, error.message, {
      code: error.code,
      data: error.data,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.status === undefined ? {} : { status: error.status }),
    });
  }
}

export interface SerializedError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly status?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export const rejected = (message: string, details: ErrorDetails) =>
  new ParlanceError("rejected", message, details);
export const unavailable = (message: string, details: ErrorDetails) =>
  new ParlanceError("unavailable", message, details);
export const corrupt = (message: string, details: ErrorDetails) =>
  new ParlanceError("corrupt", message, details);
