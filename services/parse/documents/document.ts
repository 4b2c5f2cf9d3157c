// What a thread that reads documents is given, and what it answers.

/** A document. */
export interface DocumentWork {
  readonly bytes: Uint8Array;
  /** As the bytes say: PDF, or a zip, which may be a DOCX. */
  readonly mediaType: string;
}

/** `none`: a file of another kind · `failed`: damaged, locked by a password, or beyond the limits. */
export type DocumentText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "none" }
  | { readonly kind: "failed" };
