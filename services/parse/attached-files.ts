// The files beside the conversations in an archive, found by what messages call them: a path, the end of one, a name, or an id.
import type { Attachment } from "#services/domain/conversation.ts";
import type { UploadFile } from "./archive.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { AttachedFile, FindAttached, ParseEvent } from "./events.ts";
import { isLogName, isWhatsappLog } from "./log-name.ts";

/** A file of an archive that has a directory. */
type ListedFile = UploadFile & AttachedFile;

type NamedFiles = Pick<Checkpoint, "named" | "logs">;

export interface AttachedFiles {
  /** @param path of the chat log in the archive: files beside it come before others of the same name */
  beside(path: string): FindAttached;
  /**
   * The same events, their conversations with a way to the files of their messages; those that have one keep it. All files that are
   * named are looked for here already: what is read of an upload must not depend on whether anybody wants them.
   */
  among(events: AsyncIterable<ParseEvent>, path: string): AsyncGenerator<ParseEvent>;
  /** Of the files that were named so far, by their places among those of the archive: those that are no logs, and those that are. */
  known(): NamedFiles;
  restore(known: NamedFiles): void;
  /** Without those that a message of what was read before names. */
  unnamed<F extends { readonly path: string }>(files: AsyncIterable<F>): AsyncGenerator<F>;
}

const nameIn = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

/** Archives made on a Mac write letters with accents in two signs, and phones change the case of endings. */
const folded = (text: string): string => text.normalize("NFC").toLowerCase();

/** An id of ChatGPT's or Slack's begins the file's name, and what the file was called follows. */
const idIn = (path: string): string | undefined =>
  /^(?:file[-_][0-9A-Za-z]{8,}|F[0-9A-Z]{6,}(?=-))/.exec(nameIn(path))?.[0];

/** As a path within the archive; undefined for an address on the internet. */
const pathOf = (file: string): string | undefined =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(file)
    ? undefined
    : file.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "");

/** Named by its path from the log's own folder: it is nowhere else. */
const isBeside = (file: string): boolean => file.startsWith("./");

/** Exporters that write links to files escape what links may not hold. */
const unescaped = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** More files than that of one name are not told apart but by their whole paths: a log may name each of ten thousand. */
const MOST_ALIKE = 100;

/** What is looked for: the file's name with the two folders that it is in. */
const ENDING = 3;

/** The ends of a path of one to three segments, the longest first. */
const endsOf = (path: string): string[] => {
  const ends: string[] = [];
  let at = path.length;
  while (ends.length < ENDING && at > 0) {
    at = path.lastIndexOf("/", at - 1);
    ends.unshift(path.slice(at + 1));
  }
  return ends;
};

interface Listed {
  readonly file: ListedFile;
  readonly folded: string;
}

const addTo = <T>(lists: Map<string, T[]>, key: string, one: T): void => {
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
};

/** Chat logs are none of them: who writes in one conversation cannot name another one as a file. */
const listOf = (files: readonly ListedFile[]) => {
  const byPath = new Map<string, ListedFile[]>();
  const byName = new Map<string, Listed[]>();
  const byId = new Map<string, ListedFile>();
  for (const file of files) {
    if (isLogName(file.path)) continue;
    const one = { file, folded: folded(file.path) };
    addTo(byPath, one.folded, file);
    addTo(byName, nameIn(one.folded), one);
    const id = idIn(file.path);
    if (id !== undefined && !byId.has(id)) byId.set(id, file);
  }
  return { byPath, byName, byId, apart: new Map<string, Map<string, Listed[]>>() };
};
type List = ReturnType<typeof listOf>;

/** The one of just this path; another that differs from it in case or accents only where there is no second one. */
const at = ({ byPath }: List, path: string): ListedFile | undefined => {
  const same = byPath.get(folded(path)) ?? [];
  if (same.length > MOST_ALIKE) return undefined;
  return same.find((one) => one.path === path) ?? (same.length === 1 ? same[0] : undefined);
};

interface Wanted {
  readonly path: string;
  /** In bytes, where it is known: a file of another size is another one. */
  readonly size: number | null;
  /** Of the log. */
  readonly folder: string;
}

/** Many of one name, by the folders that they are in and by their sizes. */
const apart = (name: string, same: readonly Listed[]): Map<string, Listed[]> => {
  const keys = new Map<string, Listed[]>();
  for (const one of same) {
    for (const end of endsOf(one.folded)) addTo(keys, end, one);
    addTo(keys, `${name}\0${one.file.size}`, one);
  }
  return keys;
};

/** All that may be meant, and as few others as can be. @param ending folded */
const fewOf = (list: List, ending: string, size: number | null): readonly Listed[] => {
  const name = nameIn(ending);
  const same = list.byName.get(name) ?? [];
  if (same.length <= MOST_ALIKE) return same;
  const keys = list.apart.get(name) ?? apart(name, same);
  list.apart.set(name, keys);
  const isSized = ending === name && size !== null;
  return keys.get(isSized ? `${name}\0${size}` : (endsOf(ending)[0] ?? name)) ?? [];
};

/** By the end of its path: below the log's folder, or elsewhere where more than the name is known. undefined for one of several. */
const alike = (list: List, { path, size, folder }: Wanted): ListedFile | undefined => {
  const ending = folded(path);
  const isBare = !path.includes("/");
  const same = fewOf(list, ending, size);
  if (same.length > MOST_ALIKE) return undefined;
  const fits = same.filter(
    (one) => `/${one.folded}`.endsWith(`/${ending}`) && (size === null || one.file.size === size),
  );
  const below = folded(folder);
  const near = fits.filter((one) => one.folded.startsWith(below));
  if (near.length > 0 || isBare) return near.length === 1 ? near[0]?.file : undefined;
  const first = at(list, path);
  if (first && fits.some(({ file }) => file === first)) return first;
  return fits.length === 1 ? fits[0]?.file : undefined;
};

const lookIn = (list: List, log: string, { file, size }: Attachment): ListedFile | undefined => {
  const wanted = file === undefined ? undefined : pathOf(file);
  if (file === undefined || wanted === undefined || wanted === "") return undefined;
  const folder = folderOf(log);
  const onlyBeside = isBeside(file);
  for (const path of new Set([wanted, unescaped(wanted)])) {
    const there = at(list, `${folder}${path}`);
    if (there && (path.includes("/") || size === null || there.size === size)) return there;
    const found = onlyBeside ? undefined : alike(list, { path, size, folder });
    if (found) return found;
  }
  return onlyBeside ? undefined : list.byId.get(wanted.split("/", 1)[0] ?? wanted);
};

/**
 * @param files of the archive; undefined where it has no directory: none is found then
 * @param isLog whether a file that a message names is a chat log all the same, by what it holds
 */
export const openAttachedFiles = (
  files: readonly ListedFile[] = [],
  isLog: (file: UploadFile) => Promise<boolean> = async () => false,
): AttachedFiles => {
  // Most archives name none.
  let list: List | undefined;
  const logs = new Set<string>();
  const named = new Set<string>();
  const find = (log: string, attachment: Attachment): ListedFile | undefined => {
    if (attachment.file === undefined) return undefined;
    list ??= listOf(files);
    const found = lookIn(list, log, attachment);
    return found === undefined || found.path === log || logs.has(found.path) ? undefined : found;
  };
  const addNamed = async (log: string, attachment: Attachment): Promise<void> => {
    const found = find(log, attachment);
    if (found === undefined || named.has(found.path)) return;
    const to = (await isLog(found)) ? logs : named;
    to.add(found.path);
  };
  const beside = (log: string): FindAttached => {
    return (attachment) => find(log, attachment);
  };
  let places: ReadonlyMap<string, number> | undefined;
  const placesOf = (paths: ReadonlySet<string>): number[] => {
    if (paths.size === 0) return [];
    places ??= new Map(files.map(({ path }, place) => [path, place]));
    return [...paths].flatMap((path) => places?.get(path) ?? []);
  };
  return {
    beside,
    known: () => ({ named: placesOf(named), logs: placesOf(logs) }),
    restore(known) {
      for (const place of known.named) named.add(files[place]?.path ?? "");
      for (const place of known.logs) logs.add(files[place]?.path ?? "");
    },
    async *among(events, log) {
      for await (const event of events) {
        if (event.kind !== "conversation" || event.files !== undefined) {
          yield event;
          continue;
        }
        for (const { attachments } of event.conversation.messages)
          for (const attachment of attachments)
            if (attachment.file !== undefined) await addNamed(log, attachment);
        yield { ...event, files: beside(log) };
      }
    },
    async *unnamed(listed) {
      for await (const file of listed) if (!named.has(file.path)) yield file;
    },
  };
};

/** In the order in which they are read: by name, but for logs that name others among them. */
export const logsFirst = <F extends { readonly path: string }>(
  files: readonly F[],
): readonly F[] => [
  ...files.filter(({ path }) => isWhatsappLog(path)),
  ...files.filter(({ path }) => !isWhatsappLog(path)),
];
