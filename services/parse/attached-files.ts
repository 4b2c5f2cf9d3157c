// The files beside the conversations in an archive, found by what messages call them: a path, the end of one, a name, or an id.
import type { Attachment } from "#services/domain/conversation.ts";
import type { AttachedFile, FindAttached, ParseEvent } from "./events.ts";

export interface AttachedFiles {
  /** @param path of the chat log in the archive: files beside it come before others of the same name */
  beside(path: string): FindAttached;
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

/** Exporters that write links to files escape what links may not hold. */
const unescaped = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** The only one of several: of those in this folder, or of this size, where it is known. */
const chosen = (
  found: readonly AttachedFile[],
  folder: string,
  size: number | null,
): AttachedFile | undefined => {
  if (found.length <= 1) return found[0];
  const near = found.filter(({ path }) => path.startsWith(folder));
  const among = near.length > 0 ? near : found;
  if (among.length === 1) return among[0];
  const sized = among.filter((one) => one.size === size);
  return sized.length === 1 ? sized[0] : undefined;
};

/** @param files of the archive; undefined where it has no directory: none is found then */
export const openAttachedFiles = (files: readonly AttachedFile[] = []): AttachedFiles => {
  const byPath = new Map<string, AttachedFile>();
  const byName = new Map<string, AttachedFile[]>();
  const byId = new Map<string, AttachedFile>();
  for (const file of files) {
    byPath.set(folded(file.path), file);
    const name = folded(nameIn(file.path));
    const same = byName.get(name);
    if (same) same.push(file);
    else byName.set(name, [file]);
    const id = idIn(file.path);
    if (id !== undefined && !byId.has(id)) byId.set(id, file);
  }
  const find = (log: string, { file, size }: Attachment): AttachedFile | undefined => {
    const wanted = file === undefined ? undefined : pathOf(file);
    if (wanted === undefined || wanted === "") return undefined;
    const folder = folderOf(log);
    for (const path of new Set([wanted, unescaped(wanted)])) {
      const there = byPath.get(folded(`${folder}${path}`)) ?? byPath.get(folded(path));
      if (there) return there;
      const ending = folded(`/${path}`);
      const same = (byName.get(folded(nameIn(path))) ?? []).filter((one) =>
        folded(`/${one.path}`).endsWith(ending),
      );
      const one = chosen(same, folder, size);
      if (one) return one;
    }
    return byId.get(wanted.split("/", 1)[0] ?? wanted);
  };
  const named = new Set<string>();
  return {
    beside: (log) => (attachment) => {
      const found = find(log, attachment);
      if (found === undefined || found.path === log) return undefined;
      named.add(found.path);
      return found;
    },
    async *unnamed(files) {
      for await (const file of files) if (!named.has(file.path)) yield file;
    },
  };
};

/**
 * The same events, their conversations with a way to the files of their messages; those that have one keep it. All files that are
 * named are looked for here already: what is read of an upload must not depend on whether anybody wants them.
 */
export async function* withFiles(
  events: AsyncIterable<ParseEvent>,
  files: FindAttached,
): AsyncGenerator<ParseEvent> {
  for await (const event of events) {
    if (event.kind !== "conversation" || event.files !== undefined) {
      yield event;
      continue;
    }
    for (const { attachments } of event.conversation.messages) attachments.forEach(files);
    yield { ...event, files };
  }
}

/** WhatsApp's chat comes before its files, of which it says that they are no chats. */
const whatsapp = /(?:^|\/)(?:_chat|whatsapp[^/]*)\.txt$/i;

/** In the order in which they are read: by name, but for logs that name others among them. */
export const logsFirst = <F extends { readonly path: string }>(
  files: readonly F[],
): readonly F[] => [
  ...files.filter(({ path }) => whatsapp.test(path)),
  ...files.filter(({ path }) => !whatsapp.test(path)),
];
