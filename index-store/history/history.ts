// The port for versions: which files make up version N, and who may write version N + 1. Written here, or followed from elsewhere.

/** A file of a version: a small one (the manifest) by its bytes, a large one (a segment's) by a file in the object store. */
export type VersionFile =
  | { readonly kind: "inline"; readonly bytes: Uint8Array }
  | { readonly kind: "object"; readonly object: ObjectRef };

/** A large immutable file: sha256 of its bytes, lower-case hex, and its size. */
export interface ObjectRef {
  readonly sha256: string;
  readonly size: number;
}

export interface Version {
  /** 1, 2, 3 … along the main line; one is missing where it was dropped. */
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

/** Files computed from a version and kept beside it; they can be computed again. */
export interface Attachment {
  /** The history's own name for it. */
  readonly id: string;
  /** Id of the attachment of the same name before it; null for the first. */
  readonly parent: string | null;
  readonly name: string;
  /** Number of the version it was computed from. */
  readonly version: number;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface NewAttachment {
  /** The version as it was read: where it has been rewritten since, nothing is attached. */
  readonly version: Pick<Version, "number" | "id">;
  /** Lower-case letters, digits and "-". */
  readonly name: string;
  readonly files: ReadonlyMap<string, VersionFile>;
  readonly message: string;
  readonly at: number;
  /** Asked when no erasure can finish before the attachment does; false attaches nothing. */
  isWanted?(): Promise<boolean>;
}

/** `conflict` is for the slower of two writers: it reads the head again and tries again. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  readonly code: "conflict" | "unknown-version" | "damaged" | "unavailable" | "bad-tag";
  constructor(code: HistoryError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What can be read of a history, whoever writes it. */
export interface HistoryReader {
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
  /**
   * Changes whenever a `rewrite` has erased something, in whatever process or on whatever host: what was read before may hold
   * what was erased. Empty before the first erasure. Reads one small file.
   */
  erasureMark(): Promise<string>;
  /** Where the object's bytes lie; they may be absent or damaged: `verify` tells. */
  objectPath(object: ObjectRef): string;
  /**
   * True where the bytes are there and hash to their name. A follower of another host first fetches them where they are absent
   * or damaged.
   */
  verify(object: ObjectRef): Promise<boolean>;
  attachmentNames(): Promise<readonly string[]>;
  /** Newest first, as far as they can be read. @throws HistoryError "damaged" where not even the newest can. */
  attachments(name: string): Promise<readonly Attachment[]>;
  readAttachment(attachment: Attachment): Promise<ReadonlyMap<string, VersionFile>>;
  close(): Promise<void>;
}

/**
 * A history that another process or host writes. Following never writes to the writer's files, and takes no lock that the
 * writer would wait for.
 */
export interface FollowedHistory extends HistoryReader {
  /**
   * Takes over what the writer has done since: new versions, tags, attachments, and erasures, after which nothing erased is
   * left here. Returns the newest version. Where the writer's own files are read, there is nothing to take over.
   * @throws HistoryError "unavailable" where the other host cannot be reached or lacks an object, "damaged" where what it sends
   * is not what was written. The version before then stays the newest, unless something was erased: it is dropped all the same.
   */
  follow(signal?: AbortSignal): Promise<Version | null>;
}

/** The large files of another host's history. Their bytes are not trusted: the follower checks them by their sha256. */
export interface FarObjects {
  has(sha256: string): Promise<boolean>;
  /** The bytes, a piece at a time. @throws where they cannot be read */
  read(sha256: string): AsyncIterable<Uint8Array>;
}

/** Another host's history, as the operator configured it. */
export interface FarHistory {
  /** Where its records come from. For git: a path, or a URL with https, ssh or file. */
  readonly remote: string;
  readonly objects: FarObjects;
}

export interface History extends HistoryReader {
  /** A new, empty file in the object store's own staging folder, to be written and then `adopt`ed. */
  stage(): Promise<string>;
  /** fsync → hash → rename to its content address → fsync of the folders. Adopting the same bytes twice is one object. */
  adopt(stagedPath: string): Promise<ObjectRef>;
  /**
   * Until the returned function is called nobody, in whatever process, removes objects that no version names yet. Held by a
   * writer from its first `stage` to the end of its `commit`.
   */
  hold(): Promise<() => Promise<void>>;
  /** Durable when it resolves. @throws HistoryError "conflict" where the head is no longer `parent`. */
  commit(version: NewVersion): Promise<Version>;
  /** @throws HistoryError "bad-tag" for a name that is taken, or that `checkTag` refuses. */
  tag(version: Version, name: string): Promise<void>;
  /** Removes a tag, so that `drop` may drop its version. False where the version does not have it. */
  untag(version: Version, name: string): Promise<boolean>;
  /**
   * Rewrites every version through `change` (same numbers, messages, times and tags), then makes the old ones unreachable and
   * removes their bytes and every object that no version names any more. All attachments go too: they were computed from the
   * old versions. For erasure. Compare-and-swap like `commit`. Where it is killed half-way, the next `rewrite` or
   * `collectGarbage` finishes it. An older version is dropped, with its tags, where its record cannot be read or `change` returns null.
   * @throws HistoryError "damaged" where the newest version cannot be read
   */
  rewrite(
    change: (
      files: ReadonlyMap<string, VersionFile>,
      version: Version,
    ) => Promise<ReadonlyMap<string, VersionFile> | null>,
  ): Promise<void>;
  /**
   * Drops versions for good: they are in no list any more, and the objects that they alone name leave the disk at once. `choose` picks
   * from all of them, newest first, while no other handle writes; the newest, tagged ones and those with an attachment stay whatever
   * it says. Their small files stay until the next `rewrite`. Returns the bytes freed; 0 also where another handle is writing.
   */
  drop(choose: (versions: readonly Version[]) => readonly Version[]): Promise<number>;
  /**
   * Keeps files beside a version, durable when it resolves; earlier ones of the same name stay. Null where `isWanted` said no.
   * @throws HistoryError "conflict" where the version was rewritten meanwhile, "bad-tag" for a name with other characters
   */
  attach(attachment: NewAttachment): Promise<Attachment | null>;
  /** Drops all but the newest `keep` (0 by default); `collectGarbage` removes their bytes. */
  detach(name: string, keep?: number): Promise<void>;
  /** Removes all attachments, and their bytes from the disk. Where it is killed half-way, it is finished like `rewrite`. */
  eraseAttachments(): Promise<void>;
  /**
   * Removes what no version and no attachment names: objects older than `graceMs`, staged leftovers older than a day. Returns
   * the bytes freed. Every version stays.
   */
  collectGarbage(options: { readonly now: number; readonly graceMs: number }): Promise<number>;
}
