// Reads versions from a bare git repository that this or another process writes; writes nothing itself.
import { ATTRIBUTES, type CommitRecord, fileOf, parseCommit } from "./commit-record.ts";
import { droppedReader } from "./dropped.ts";
import type { Git } from "./git-command.ts";
import { type GitObjects, isObjectId, openGitObjects, parseTree } from "./git-objects.ts";
import { type GitRefs, MAIN } from "./git-refs.ts";
import { HistoryError, type HistoryReader, type Version, type VersionFile } from "./history.ts";
import { pick, unknownVersion } from "./tag-name.ts";

/** Commits looked at, at most, along each trace of the head when it is damaged. */
const RECOVERY_DEPTH = 100;
const HEAD_TRIES = 3;
const HEAD_PAUSE_MS = 5;

export interface GitReaderParts {
  readonly path: string;
  readonly git: Git;
  readonly refs: GitRefs;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface GitReader
  extends Pick<HistoryReader, "head" | "recover" | "list" | "find" | "erasureMark"> {
  commit(id: string): Promise<CommitRecord>;
  /**
   * Versions of the main line, newest first, as `list`; where a commit cannot be read, those that can: the line goes on from the next
   * older one that a tag or the log names. @throws HistoryError "damaged" where the newest cannot be read
   */
  readable(): Promise<Version[]>;
  /** The files of a commit. */
  read(id: string): Promise<Map<string, VersionFile>>;
  /** Ids of all blobs of a commit. */
  blobIds(id: string): Promise<ReadonlySet<string>>;
  /** The head's id, once the log of its moves agrees with it. @throws HistoryError "damaged" where it does not */
  trustedHead(): Promise<string | null>;
  versionOf(id: string): Promise<Version>;
  /** Ids of versions that were dropped: they are on the main line still, and in no list. */
  dropped(): Promise<ReadonlySet<string>>;
  /** Whether the commit and all its small files can be read. */
  isWhole(id: string): Promise<boolean>;
  /** Ids of the main line that ends there, newest first. */
  mainLine(head: string): Promise<readonly string[]>;
  /** Drops everything that is remembered. */
  forget(): void;
}

/** Commits as they were read, by id: they never change. */
const commitReader = (objects: GitObjects) => {
  const records = new Map<string, CommitRecord>();
  const read = async (ids: readonly string[]): Promise<CommitRecord[]> => {
    const missing = ids.filter((id) => !records.has(id));
    for (const [place, body] of (await objects.read(missing, "commit")).entries()) {
      const id = missing[place] ?? "";
      records.set(id, parseCommit(id, body));
    }
    return ids.flatMap((id) => records.get(id) ?? []);
  };
  const one = async (id: string): Promise<CommitRecord> => {
    const [record] = await read([id]);
    if (!record) throw new HistoryError("damaged", `commit ${id} cannot be read`);
    return record;
  };
  return { read, one, forget: () => records.clear() };
};

const named = (record: CommitRecord, tags: ReadonlyMap<string, string>): Version => {
  const { tree: _, ...version } = record;
  const names = [...tags].filter(([, id]) => id === record.id).map(([name]) => name);
  return { ...version, tags: names.sort() };
};

/** Every blob of a tree with its path, a level of folders at a time. */
const readTree = async (
  objects: GitObjects,
  root: string,
): Promise<Map<string, { id: string; blob: Buffer }>> => {
  const blobs: { path: string; id: string }[] = [];
  let level = [{ path: "", id: root }];
  while (level.length > 0) {
    const ids = level.map(({ id }) => id);
    const bodies = await objects.read(ids, "tree");
    const next: typeof level = [];
    for (const [place, body] of bodies.entries())
      for (const entry of parseTree(body)) {
        const to = { path: `${level[place]?.path ?? ""}${entry.name}`, id: entry.id };
        if (entry.mode === "40000") next.push({ ...to, path: `${to.path}/` });
        else blobs.push(to);
      }
    level = next;
  }
  const ids = blobs.map(({ id }) => id);
  const bodies = await objects.read(ids, "blob");
  const files = new Map<string, { id: string; blob: Buffer }>();
  for (const [place, blob] of bodies.entries()) {
    const { path: name, id } = blobs[place] ?? { path: "", id: "" };
    files.set(name, { id, blob });
  }
  return files;
};

export const openGitReader = ({ path, git, refs, onWarning }: GitReaderParts): GitReader => {
  const objects = openGitObjects(path, git);
  const commits = commitReader(objects);
  const dropped = droppedReader(refs, objects, onWarning);
  let chain: { head: string; ids: readonly string[] } | undefined;
  let trusted: string | undefined;
  let mark: string | undefined;
  /** A dropped version that is used because no other can be read. */
  let lastResort: string | undefined;

  const forget = () => {
    chain = undefined;
    trusted = undefined;
    commits.forget();
  };

  /** After an erasure, by whichever process, nothing that was remembered may be answered from. */
  const erasureMark = async (): Promise<string> => {
    const found = (await refs.erased()) ?? "";
    if (mark !== undefined && mark !== found) forget();
    mark = found;
    return found;
  };

  const trustedHead = async (): Promise<string | null> => {
    await erasureMark();
    for (let attempt = 0; ; attempt++) {
      const id = await refs.head();
      if (id !== null && id === trusted) return id;
      const [logged] = await refs.log();
      // git writes the log before it moves the ref; while it holds the lock, the two may differ without damage.
      if (logged === undefined || logged === id || (await refs.headIsLocked())) {
        if (id !== null) await commits.one(id);
        trusted = id ?? undefined;
        return id;
      }
      if (attempt === HEAD_TRIES)
        throw new HistoryError(
          "damaged",
          `${MAIN} of ${path} and its log name different versions; the newest whole one is used`,
        );
      await new Promise((done) => setTimeout(done, HEAD_PAUSE_MS));
    }
  };

  const mainLine = async (head: string): Promise<readonly string[]> => {
    if (chain?.head === head) return chain.ids;
    const { parent } = await commits.one(head);
    const known = chain;
    if (known && parent === known.head) {
      chain = { head, ids: [head, ...known.ids] };
      return chain.ids;
    }
    const listed = await git(["rev-list", "--first-parent", "--end-of-options", head]).catch(
      (cause: unknown) => {
        throw new HistoryError("damaged", `the versions of ${path} cannot all be read`, { cause });
      },
    );
    chain = { head, ids: listed.toString("latin1").trim().split("\n") };
    return chain.ids;
  };

  const unlessDamaged = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof HistoryError && error.code === "damaged") return undefined;
      throw error;
    }
  };

  const isWhole = async (id: string): Promise<boolean> =>
    (await unlessDamaged(commits.one(id).then(({ tree }) => readTree(objects, tree)))) !==
    undefined;

  /** The newest commit at or before this one that was not dropped and whose whole tree can be read; undefined where the line breaks off. */
  const newestWhole = async (
    trace: string,
    gone: ReadonlySet<string>,
  ): Promise<CommitRecord | undefined> => {
    let id: string | null = trace;
    for (let depth = 0; id !== null && depth < RECOVERY_DEPTH; depth++) {
      const record: CommitRecord | undefined = await unlessDamaged(commits.one(id));
      if (record === undefined) return undefined;
      if (!gone.has(id) && (await unlessDamaged(readTree(objects, record.tree)))) return record;
      id = record.parent;
    }
    return undefined;
  };

  const recover = async (): Promise<Version | null> => {
    const tags = await refs.tags();
    const traces = new Set([...(await refs.log()), ...tags.values()]);
    const head = await refs.head().catch((error: unknown) => {
      onWarning?.(String(error));
      return null;
    });
    if (head !== null) traces.add(head);
    const newest = async (gone: ReadonlySet<string>): Promise<CommitRecord | undefined> => {
      let best: CommitRecord | undefined;
      for (const trace of traces) {
        const found = await newestWhole(trace, gone);
        if (found && found.number > (best?.number ?? 0)) best = found;
      }
      return best;
    };
    const kept = await newest(await dropped());
    if (kept !== undefined) return named(kept, tags);
    // A dropped version is better than none: its record is there, and what else it had can be built again.
    const last = await newest(new Set());
    lastResort = last?.id;
    return last ? named(last, tags) : null;
  };

  const list = async (): Promise<Version[]> => {
    const head = await trustedHead();
    if (head === null) return [];
    const tags = await refs.tags();
    const gone = await dropped();
    const records = await commits.read((await mainLine(head)).filter((id) => !gone.has(id)));
    return records.map((record) => named(record, tags));
  };

  /** Of the commits that a tag or the log names the newest readable one with a lower number. */
  const nextOlder = async (below: number): Promise<CommitRecord | undefined> => {
    let best: CommitRecord | undefined;
    for (const id of new Set([...(await refs.log()), ...(await refs.tags()).values()])) {
      const found = await unlessDamaged(commits.one(id));
      if (found && found.number < below && found.number > (best?.number ?? 0)) best = found;
    }
    return best;
  };

  const readable = async (): Promise<Version[]> => {
    const whole = await unlessDamaged(list());
    if (whole) return whole;
    const head = await trustedHead();
    const tags = await refs.tags();
    const gone = await dropped();
    const records: CommitRecord[] = [];
    let next = head === null ? undefined : await commits.one(head);
    while (next !== undefined) {
      if (!gone.has(next.id)) records.push(next);
      const { parent, number }: CommitRecord = next;
      if (parent === null) break;
      next = await unlessDamaged(commits.one(parent));
      if (next !== undefined) continue;
      onWarning?.(`A version before version ${number} cannot be read and was dropped.`);
      next = await nextOlder(number);
    }
    return records.map((record) => named(record, tags));
  };

  const versionOf = async (id: string): Promise<Version> =>
    named(await commits.one(id), await refs.tags());

  return {
    commit: commits.one,
    trustedHead,
    versionOf,
    dropped,
    isWhole,
    mainLine,
    erasureMark,
    recover,
    readable,
    forget,
    read: async (id) => {
      const files = await readTree(objects, (await commits.one(id)).tree);
      files.delete(ATTRIBUTES);
      return new Map([...files].map(([name, { blob }]) => [name, fileOf(blob)] as const));
    },
    blobIds: async (id) => {
      const files = await readTree(objects, (await commits.one(id)).tree);
      return new Set([...files.values()].map((file) => file.id));
    },
    head: async () => {
      const id = await trustedHead();
      return id === null ? null : versionOf(id);
    },
    list: async (page = {}) => {
      // The newest alone needs no list, which cannot be read where an older commit is damaged.
      if (page.limit === 1 && page.before === undefined) {
        const head = await trustedHead();
        return head === null ? [] : [await versionOf(head)];
      }
      const before = page.before ?? Number.POSITIVE_INFINITY;
      const versions = (await list()).filter((version) => version.number < before);
      return versions.slice(0, page.limit ?? versions.length);
    },
    find: async (address) => {
      await erasureMark();
      // A whole id needs no list, which may be unreadable where an older commit is damaged.
      if (typeof address === "string" && isObjectId(address)) {
        if (address !== lastResort && (await dropped()).has(address)) throw unknownVersion(address);
        return versionOf(address);
      }
      return pick(await list(), address);
    },
  };
};
