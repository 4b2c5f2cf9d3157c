// History in memory, for tests: the same guarantees as git's, and stricter checks of its input.
import { createHash } from "node:crypto";
import { blobOf, fileOf } from "./commit-record.ts";
import { droppable } from "./drop.ts";
import {
  type Attachment,
  type FollowedHistory,
  type History,
  HistoryError,
  type Version,
  type VersionFile,
} from "./history.ts";
import { dayBefore, openObjectStore } from "./object-store.ts";
import { checkAttachmentName, checkTag, pick } from "./tag-name.ts";

interface Kept {
  readonly version: Omit<Version, "tags">;
  readonly files: ReadonlyMap<string, VersionFile>;
}

interface Attached {
  readonly attachment: Attachment;
  readonly files: ReadonlyMap<string, VersionFile>;
}

/** Versions live as long as the handle; objects lie under `root` as they do beside git. */
export const openMemoryHistory = async (root: string): Promise<History> => {
  const store = await openObjectStore(root);
  const staged = new Set<string>();
  const adopted = new Set<string>();
  const tags = new Map<string, number>();
  /** Newest last. */
  const attached = new Map<string, readonly Attached[]>();
  let kept: readonly Kept[] = [];
  let erasures = 0;

  const versionOf = ({ version }: Kept): Version => {
    const named = [...tags].filter(([, number]) => number === version.number);
    return { ...version, tags: named.map(([name]) => name).sort() };
  };
  const newest = () => kept.map(versionOf).reverse();
  const idOf = (version: Omit<Version, "tags" | "id">, files: Kept["files"]) => {
    const hash = createHash("sha1").update(JSON.stringify([version.parent, version.message]));
    hash.update(JSON.stringify([version.number, version.at]));
    for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
      hash.update(path).update(blobOf(file));
    return hash.digest("hex");
  };
  const copyOf = (files: Kept["files"]) =>
    new Map([...files].map(([path, file]) => [path, fileOf(Buffer.from(blobOf(file)))] as const));
  const checkObjects = (files: Kept["files"]) => {
    for (const file of files.values())
      if (file.kind === "object" && !adopted.has(file.object.sha256))
        throw new HistoryError("unavailable", `object ${file.object.sha256} was never adopted`);
  };
  const removeUnnamed = async (before: number) => {
    const named = new Set<string>();
    for (const { files } of [...kept, ...[...attached.values()].flat()])
      for (const file of files.values()) if (file.kind === "object") named.add(file.object.sha256);
    let freed = 0;
    for (const object of await store.list()) {
      if (named.has(object.sha256) || object.changedAt >= before) continue;
      await store.remove(object.sha256);
      adopted.delete(object.sha256);
      freed += object.size;
    }
    return freed;
  };

  const eraseUnnamed = async () => {
    attached.clear();
    await store.sweepStaging(Number.POSITIVE_INFINITY);
    await removeUnnamed(Number.POSITIVE_INFINITY);
  };

  return {
    objectPath: store.path,
    verify: store.verify,
    head: async () => newest()[0] ?? null,
    recover: async () => newest()[0] ?? null,
    list: async (page = {}) => {
      const before = page.before ?? Number.POSITIVE_INFINITY;
      const versions = newest().filter((version) => version.number < before);
      return versions.slice(0, page.limit ?? versions.length);
    },
    find: async (address) => pick(newest(), address),
    erasureMark: async () => (erasures === 0 ? "" : String(erasures)),
    read: async (version) => {
      const found = kept.find((one) => one.version.id === version.id);
      if (!found) throw new HistoryError("unknown-version", `There is no version "${version.id}".`);
      return copyOf(found.files);
    },
    stage: async () => {
      const path = await store.stage();
      staged.add(path);
      return path;
    },
    adopt: async (path) => {
      if (!staged.delete(path))
        throw new HistoryError("unavailable", `${path} was never staged, or is adopted already`);
      const object = await store.adopt(path);
      adopted.add(object.sha256);
      return object;
    },
    hold: async () => async () => undefined,
    commit: async ({ parent, files, message, at }) => {
      const head = kept.at(-1)?.version ?? null;
      if ((head?.id ?? null) !== parent)
        throw new HistoryError("conflict", "Another writer committed first.");
      checkObjects(files);
      const version = { number: (head?.number ?? 0) + 1, parent, message, at };
      const next = { version: { ...version, id: idOf(version, files) }, files: copyOf(files) };
      kept = [...kept, next];
      return versionOf(next);
    },
    tag: async (version, name) => {
      checkTag(name);
      if (tags.has(name)) throw new HistoryError("bad-tag", `The tag "${name}" is taken.`);
      tags.set(name, version.number);
    },
    untag: async (version, name) => tags.get(name) === version.number && tags.delete(name),
    rewrite: async (change) => {
      const before = kept;
      const rewritten: Kept[] = [];
      for (const one of before) {
        const files = await change(copyOf(one.files), versionOf(one));
        if (files === null) continue;
        checkObjects(files);
        const { id: _, ...same } = one.version;
        const version = { ...same, parent: rewritten.at(-1)?.version.id ?? null };
        rewritten.push({ version: { ...version, id: idOf(version, files) }, files: copyOf(files) });
      }
      if (kept !== before)
        throw new HistoryError("conflict", "Another writer committed during the erasure.");
      if (rewritten.some(({ version }, at) => version.id !== before[at]?.version.id)) erasures++;
      for (const [name, number] of tags)
        if (!rewritten.some(({ version }) => version.number === number)) tags.delete(name);
      kept = rewritten;
      await eraseUnnamed();
    },
    drop: async (choose) => {
      const versions = newest();
      const analysed = [...attached.values()].flat().map(({ attachment }) => attachment.version);
      const gone = new Set(
        droppable(versions, choose(versions), new Set(analysed)).map(({ id }) => id),
      );
      kept = kept.filter(({ version }) => !gone.has(version.id));
      return gone.size === 0 ? 0 : removeUnnamed(Number.POSITIVE_INFINITY);
    },
    attach: async ({ version, name, files, message, at, isWanted }) => {
      checkAttachmentName(name);
      if (isWanted && !(await isWanted())) return null;
      if (pick(newest(), version.number).id !== version.id)
        throw new HistoryError("conflict", `Version ${version.number} was rewritten meanwhile.`);
      checkObjects(files);
      const before = attached.get(name) ?? [];
      const parent = before.at(-1)?.attachment.id ?? null;
      const id = idOf({ number: version.number, parent, message, at }, files);
      const attachment = { id, parent, name, version: version.number, message, at };
      attached.set(name, [...before, { attachment, files: copyOf(files) }]);
      return attachment;
    },
    attachmentNames: async () => [...attached.keys()].sort(),
    attachments: async (name) =>
      (attached.get(name) ?? []).map(({ attachment }) => attachment).reverse(),
    readAttachment: async ({ id, name }) => {
      const found = attached.get(name)?.find(({ attachment }) => attachment.id === id);
      if (!found) throw new HistoryError("damaged", `There is no attachment "${id}".`);
      return copyOf(found.files);
    },
    detach: async (name, keep = 0) => {
      const all = attached.get(name) ?? [];
      const left = all.slice(Math.max(0, all.length - keep));
      const [first, ...others] = left;
      if (!first || keep === 0) attached.delete(name);
      else
        attached.set(name, [
          { ...first, attachment: { ...first.attachment, parent: null } },
          ...others,
        ]);
    },
    eraseAttachments: eraseUnnamed,
    collectGarbage: async ({ now, graceMs }) =>
      (await store.sweepStaging(dayBefore(now))) + (await removeUnnamed(now - graceMs)),
    close: async () => undefined,
  };
};

/** Follows a history in memory: what it holds can be read, and nothing else can be done with it. */
export const followMemoryHistory = (history: History): FollowedHistory => ({
  head: history.head,
  recover: history.recover,
  list: history.list,
  find: history.find,
  read: history.read,
  erasureMark: history.erasureMark,
  objectPath: history.objectPath,
  verify: history.verify,
  attachmentNames: history.attachmentNames,
  attachments: history.attachments,
  readAttachment: history.readAttachment,
  close: async () => undefined,
  follow: history.head,
});
