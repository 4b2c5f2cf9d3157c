// History: the port that keeps versions. Question: which files make up version N, and who may write N + 1?

/** A file of a version: small ones (manifest) by bytes, large ones (segments) by a file that already lies in the object store. */
export type VersionFile =
  | { readonly kind: "inline"; readonly bytes: Uint8Array }
  | { readonly kind: "object"; readonly object: ObjectRef };

/** A large immutable file: sha256 of its bytes, lower-case hex, and its size. */
export interface ObjectRef {
  readonly sha256: string;
  readonly size: number;
}

export interface Version {
  /** 1, 2, 3 … without gaps along the main line. */
  readonly number: number;
  /** The history's own name for it (a git commit hash). */
  readonly id: string;
  readonly parent: string | null;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tags: readonly string[];
}

export interface NewVersion {
  /** The version this one was made from: the compare of the compare-and-swap; null for the first. */
  readonly parent: string | null;
  /** Path → file; the whole tree of the version, not a difference. */
  readonly files: ReadonlyMap<string, VersionFile>;
  readonly message: string;
  readonly at: number;
}

/** Something that was worked out from a version and is kept beside it; it can be worked out again. */
export interface Attachment {
  /** The history's own name for it. */
  readonly id: string;
  /** The one of the same name before it; null for the first. */
  readonly parent: string | null;
  readonly name: string;
  /** Number of the version it was worked out from. */
  readonly version: number;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface NewAttachment {
  /** As it was when it was read: one that was rewritten since is not attached to. */
  readonly version: Pick<Version, "number" | "id">;
  /** Lower-case letters, digits and "-". */
  readonly name: string;
  readonly files: ReadonlyMap<string, VersionFile>;
  readonly message: string;
  readonly at: number;
  /** Asked once no erasure can end any more before this has: false attaches nothing. */
  isWanted?(): Promise<boolean>;
}

/** Two writers: the second is told so (`conflict`), re-reads the head, and tries again. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  readonly code: "conflict" | "unknown-version" | "damaged" | "unavailable" | "bad-tag";
  constructor(code: HistoryError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface History {
  /**
   * The newest version; null before the first. Cheap enough to be asked once a second.
   * @throws HistoryError "damaged" where the record of the head cannot be trusted: `recover` then finds what can.
   */
  head(): Promise<Version | null>;
  /** The newest version whose records are intact, looked for along every trace of the main line; null where none is left. */
  recover(): Promise<Version | null>;
  /** Newest first. `before` is a version number. */
  list(page?: { readonly limit?: number; readonly before?: number }): Promise<Version[]>;
  /** By number, tag, or (a prefix of) its id. @throws HistoryError "unknown-version" */
  find(address: string | number): Promise<Version>;
  /** The files of a version. @throws HistoryError "damaged" where the record itself cannot be read. */
  read(version: Version): Promise<ReadonlyMap<string, VersionFile>>;
  /** A new, empty file in the object store's own staging folder, to be written and then `adopt`ed. */
  stage(): Promise<string>;
  /** fsync → hash → rename to its content address → fsync of the folders. Adopting the same bytes twice is one object. */
  adopt(stagedPath: string): Promise<ObjectRef>;
  /** Where the object's bytes lie; it may be absent or damaged: `verify` tells. */
  objectPath(object: ObjectRef): string;
  /** True where the bytes are there and hash to their name. */
  verify(object: ObjectRef): Promise<boolean>;
  /**
   * Until the returned function is called nobody, in whatever process, removes objects that no version names yet. Held by a
   * writer from its first `stage` to the end of its `commit`.
   */
  hold(): Promise<() => Promise<void>>;
  /** Durable when it resolves. @throws HistoryError "conflict" where the head is no longer `parent`. */
  commit(version: NewVersion): Promise<Version>;
  /** @throws HistoryError "bad-tag" for a name that is taken, all digits, or not made of letters, digits, `.`, `_` and `-`. */
  tag(version: Version, name: string): Promise<void>;
  /**
   * Rewrites every version through `change` (same numbers, messages, times and tags), then makes the old ones unreachable and
   * removes their bytes and every object that no version names any more. All attachments go too: they hold what the old versions
   * held. For erasure. Compare-and-swap like `commit`. Killed half-way it is finished by the next `rewrite` or `collectGarbage`.
   */
  rewrite(
    change: (
      files: ReadonlyMap<string, VersionFile>,
      version: Version,
    ) => Promise<ReadonlyMap<string, VersionFile>>,
  ): Promise<void>;
  /**
   * Keeps files beside a version, durable when it resolves; the ones before it of the same name stay. Null where `isWanted` said
   * no. @throws HistoryError "conflict" where the version was rewritten meanwhile, "bad-tag" for an odd name.
   */
  attach(attachment: NewAttachment): Promise<Attachment | null>;
  attachmentNames(): Promise<readonly string[]>;
  /** Newest first, as far as they can be read. @throws HistoryError "damaged" where not even the newest can. */
  attachments(name: string): Promise<readonly Attachment[]>;
  readAttachment(attachment: Attachment): Promise<ReadonlyMap<string, VersionFile>>;
  /** Lets go of all but the newest `keep` (0 where absent); their bytes go with the garbage. */
  detach(name: string, keep?: number): Promise<void>;
  /** Removes all attachments, and their bytes from the disk. Killed half-way it is finished like `rewrite`. */
  eraseAttachments(): Promise<void>;
  /**
   * Removes what no version and no attachment names: objects that are older than `graceMs`, staged leftovers older than a day; returns bytes
   * freed. Every version stays.
   */
  collectGarbage(options: { readonly now: number; readonly graceMs: number }): Promise<number>;
  close(): Promise<void>;
}
