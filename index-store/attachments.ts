// Attachments of an index: files that were computed from a version, kept beside it, handed out once their checksums are checked.
import { readFile, writeFile } from "node:fs/promises";
import { asked, isDamage } from "./head.ts";
import type {
  Attachment,
  History,
  HistoryReader,
  Version,
  VersionFile,
} from "./history/history.ts";
import { IndexError } from "./index-error.ts";

/** Smaller files are stored in git itself, where they cost less than an object with a folder of its own. */
const INLINE_BYTES = 16 << 10;
/** Endings that the repository's attributes give to Git LFS: such files are objects, however small. */
const LARGE = /\.(?:faiss|idx|arrow|zst)$/;

export interface AttachedFile {
  readonly size: number;
  /** Where its bytes lie, once `read` or `check` has checked them; null for a small file, which has no file of its own. */
  readonly path: string | null;
  /** Checks the bytes, once while the index is open. @throws IndexError "damaged" */
  check(): Promise<void>;
  /** @throws IndexError "damaged" where they are not what was attached. */
  read(): Promise<Uint8Array>;
}

export interface Attached {
  readonly id: string;
  /** Number of the version that it was computed from. */
  readonly version: number;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly files: ReadonlyMap<string, AttachedFile>;
}

export interface AttachmentReader {
  /**
   * The newest of this name, or the newest that was computed from the version addressed, or the one of this id, as
   * `attachments` names it. Its files may go as soon as a newer one has been attached and older ones dropped.
   */
  attached(name: string, address?: string | number, id?: string): Promise<Attached | undefined>;
  /** Newest first. */
  attachments(name: string): Promise<readonly Attachment[]>;
}

export interface Attachments extends AttachmentReader {
  /**
   * Keeps files beside a version, durable when it resolves; those attached before under the same name stay, or the newest `keep`
   * of them all. `version` is the one that was read, as its searcher names it, or its whole id. Null where `isWanted` said no: it
   * is asked when no erasure can finish before the files are attached, so that what was read before an erasure never outlives it.
   * @throws IndexError "conflict" or "unknown-version" where the version was rewritten since it was read
   */
  attach(
    version: string | Pick<Version, "number" | "id">,
    name: string,
    files: ReadonlyMap<string, Uint8Array>,
    options?: {
      readonly message?: string;
      readonly keep?: number;
      readonly isWanted?: () => Promise<boolean>;
    },
  ): Promise<Attachment | null>;
  /** Drops all but the newest `keep` (0 by default); their bytes are removed as garbage. */
  detach(name: string, options?: { readonly keep?: number }): Promise<void>;
}

const isLarge = (name: string, bytes: Uint8Array) =>
  bytes.length > INLINE_BYTES || LARGE.test(name);

export const readAttachments = (history: HistoryReader): AttachmentReader => {
  const proven = new Set<string>();

  const fileOf = (label: string, file: VersionFile): AttachedFile => {
    if (file.kind === "inline") {
      const { bytes } = file;
      return {
        size: bytes.length,
        path: null,
        // git's own objects are checked when they are read.
        check: async () => undefined,
        read: async () => bytes,
      };
    }
    const { object } = file;
    const path = history.objectPath(object);
    const check = async () => {
      if (proven.has(object.sha256)) return;
      if (!(await asked(history.verify(object))))
        throw new IndexError("damaged", `${label} is damaged or gone: it has to be made again.`);
      proven.add(object.sha256);
    };
    return {
      size: object.size,
      path,
      check,
      read: async () => {
        await check();
        try {
          return await readFile(path);
        } catch (cause) {
          throw new IndexError("damaged", `${label} is gone: it has to be made again.`, { cause });
        }
      },
    };
  };

  return {
    attached: async (name, address, own) => {
      const number =
        address === undefined ? undefined : (await asked(history.find(address))).number;
      const all = await asked(history.attachments(name));
      const found = all.find(
        (one) =>
          (number === undefined || one.version === number) && (own === undefined || one.id === own),
      );
      if (!found) return undefined;
      const files = await asked(history.readAttachment(found));
      const { id, version, message, at } = found;
      const label = (path: string) => `attachments/${name}/${version}/${path}`;
      return {
        id,
        version,
        message,
        at,
        files: new Map(
          [...files].map(([path, file]) => [path, fileOf(label(path), file)] as const),
        ),
      };
    },
    attachments: (name) => asked(history.attachments(name)),
  };
};

export const openAttachments = (history: History, now: () => number): Attachments => {
  const keep = async (name: string, bytes: Uint8Array): Promise<VersionFile> => {
    if (!isLarge(name, bytes)) return { kind: "inline", bytes };
    const staged = await history.stage();
    await writeFile(staged, bytes);
    return { kind: "object", object: await history.adopt(staged) };
  };

  /** Looked for in the list of versions: `find` with a whole id may still find a commit that a rewrite replaced. */
  const onMain = async (id: string): Promise<Version> => {
    const found = (await asked(history.list())).find((version) => version.id === id);
    if (!found) throw new IndexError("unknown-version", `There is no version “${id}” any more.`);
    return found;
  };

  return {
    ...readAttachments(history),
    attach: async (address, name, files, options = {}) => {
      const { message = `Attach ${name}`, keep: count, isWanted } = options;
      const release = await asked(history.hold());
      try {
        const version = typeof address === "string" ? await onMain(address) : address;
        const kept = new Map<string, VersionFile>();
        for (const [path, bytes] of files) kept.set(path, await keep(path, bytes));
        const wanted = isWanted === undefined ? {} : { isWanted };
        const attached = await asked(
          history.attach({ version, name, files: kept, message, at: now(), ...wanted }),
        );
        if (attached && count !== undefined) await asked(history.detach(name, count));
        return attached;
      } finally {
        await release();
      }
    },
    detach: (name, { keep: count = 0 } = {}) => asked(history.detach(name, count)),
  };
};

/** Checks every file of every attachment: the labels of those that are damaged, and how many were looked at. */
export const scrubAttachments = async (history: HistoryReader) => {
  const damaged = new Set<string>();
  const sound = new Set<string>();
  const unlessDamaged = async (label: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!isDamage(error)) throw error;
      damaged.add(`${label}: ${error.message}`);
    }
  };
  const check = async (name: string, one: Attachment) => {
    for (const [path, file] of await history.readAttachment(one)) {
      if (file.kind === "inline" || sound.has(file.object.sha256)) continue;
      if (await history.verify(file.object)) sound.add(file.object.sha256);
      else damaged.add(`attachments/${name}/${one.version}/${path}`);
    }
  };
  for (const name of await history.attachmentNames())
    await unlessDamaged(`attachments/${name}`, async () => {
      const all = await history.attachments(name);
      for (const one of all)
        await unlessDamaged(`attachments/${name}/${one.version}`, () => check(name, one));
      if (all.at(-1)?.parent) damaged.add(`attachments/${name}: older ones cannot be read`);
    });
  return { damaged: [...damaged], checked: sound.size + damaged.size };
};
