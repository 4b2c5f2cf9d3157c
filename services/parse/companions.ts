// The files beside the conversations in an export: names of people and of files, and the list of shards that should be there.
import { gunzipSync } from "node:zlib";
import { checkedEntry, type UploadFile } from "./archive.ts";
import { type Companions, infoNames } from "./companions-of.ts";
import { isDamagedEntry } from "./damaged-entry.ts";
import { unfitFor } from "./json-bounds.ts";
import { asArray, asString, isObject, type Json, objectsOf } from "./message.ts";
import type { Found, Reading } from "./reading.ts";
import { type ChunkLists, chunkLists } from "./slackdump/lists.ts";
import { listsIn, type ZulipLists } from "./zulip-lists.ts";

/** Such files are small: a larger one is not looked into. */
const LARGEST = 32 * 1024 * 1024;
/** Names are kept in memory while an export is read; further ones are left out, and ids are shown for them. */
const MOST_NAMES = 500_000;

/** All such files of an export together. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What they may still take, and those that were not looked into. */
interface Share {
  bytes: number;
  readonly left: string[];
}

/** undefined for a larger file. */
const readSmall = async (file: UploadFile, most: number): Promise<Buffer | undefined> => {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of file.bytes()) {
    size += piece.length;
    if (size > most) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

const take = (share: Share, bytes: Buffer | undefined, { path }: UploadFile): void => {
  if (bytes === undefined) share.left.push(path);
  else share.bytes -= bytes.length;
};

/** The JSON in a small file beside the conversations; undefined where there is none that can be read. */
export const readJson = async (
  file: UploadFile,
  { limits }: Reading,
  share: Share = { bytes: LARGEST, left: [] },
): Promise<unknown> => {
  try {
    const bytes = await readSmall(file, Math.min(LARGEST, share.bytes));
    take(share, bytes, file);
    if (bytes === undefined) return undefined;
    return unfitFor(bytes, limits) === undefined ? JSON.parse(bytes.toString("utf8")) : undefined;
  } catch (error) {
    // The names are a help, not a need: ids are shown where they are missing.
    if (error instanceof SyntaxError || isDamagedEntry(error)) return undefined;
    throw error;
  }
};

const noLists: ChunkLists = { users: [], channels: [] };

/** The lists in a packed file of Slackdump's; none where it is damaged, which is told when its turn comes. */
const readChunks = async (
  file: UploadFile,
  reading: Reading,
  share: Share,
): Promise<ChunkLists> => {
  const most = Math.min(LARGEST, share.bytes);
  try {
    const packed = await readSmall(file, most);
    if (packed === undefined || most < LEAST_BUFFER) {
      share.left.push(file.path);
      return noLists;
    }
    const bytes = gunzipSync(packed, { maxOutputLength: most });
    checkedEntry(bytes.length, packed.length, reading.limits);
    reading.unpacked(bytes.length);
    take(share, bytes, file);
    return chunkLists(bytes.toString("utf8"));
  } catch (error) {
    if (isTooLarge(error)) share.left.push(file.path);
    else if (!isDamagedEntry(error) && !isZlibError(error)) throw error;
    return noLists;
  }
};

/** zlib asks for room for a byte at least. */
const LEAST_BUFFER = 1;

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^(?:Z_|ERR_)/.test(String(error.code));

/** Slackdump's lists, in files that are packed each by itself. */
const readArchive = async (
  files: readonly UploadFile[],
  reading: Reading,
  share: Share,
): Promise<ChunkLists | undefined> => {
  const lists = files.filter(({ path }) => /(?:^|\/)(?:users|channels)\.json\.gz$/.test(path));
  if (lists.length === 0) return undefined;
  const found: ChunkLists[] = [];
  for (const file of lists) found.push(await readChunks(file, reading, share));
  return {
    users: found.flatMap(({ users }) => users),
    channels: found.flatMap(({ channels }) => channels),
  };
};

const ending = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** Files that say what their folder is are small and may be many. */
const MOST_INFOS = 100_000;

const addNames = (users: unknown, accounts: Map<string, string>): void => {
  for (const user of objectsOf(users)) {
    const id = asString(user["uuid"]);
    const name = asString(user["full_name"]);
    if (id !== null && name !== null && accounts.size < MOST_NAMES) accounts.set(id, name);
  }
};

const addAssets = (names: unknown, assets: Map<string, string>): void => {
  for (const [asset, name] of Object.entries(isObject(names) ? names : {}))
    if (typeof name === "string" && assets.size < MOST_NAMES)
      assets.set(asset.replace(/\.dat$/, ""), name);
};

/**
 * What they say, and which of them were too large to be looked into.
 * Claude's `users.json` (uuid, full_name), ChatGPT's `conversation_asset_file_names.json` (asset → name), Google Chat's
 * `group_info.json` and Discord's `channel.json`, Zulip's `realm.json` and Slackdump's packed lists.
 */
export const readCompanions = async (
  files: readonly UploadFile[],
  reading: Reading,
): Promise<{ readonly companions: Companions; readonly problems: readonly Found[] }> => {
  const share: Share = { bytes: MOST_BYTES, left: [] };
  const json = (file: UploadFile) => readJson(file, reading, share);
  const accounts = new Map<string, string>();
  const assets = new Map<string, string>();
  const infos = new Map<string, Json>();
  let zulip: ZulipLists | undefined;
  for (const file of files) {
    const name = ending(file.path);
    if (name === "users.json") addNames(await json(file), accounts);
    if (name === "conversation_asset_file_names.json") addAssets(await json(file), assets);
    if (name === "realm.json") zulip = listsIn(await json(file)) ?? zulip;
    if (infoNames.has(name) && infos.size < MOST_INFOS) {
      const info = await json(file);
      if (isObject(info)) infos.set(file.path, info);
    }
  }
  const chunks = await readArchive(files, reading, share);
  const reason =
    "This file is too large to be looked into for names, or those before it were: ids are shown for what it names.";
  return {
    companions: { accounts, assets, infos, ...(zulip && { zulip }), ...(chunks && { chunks }) },
    problems: share.left.map((place) => ({ code: "no-names", place, reason })),
  };
};

const pathOf = (entry: unknown): string | null =>
  isObject(entry)
    ? (asString(entry["path"]) ?? asString(entry["name"]) ?? asString(entry["file"]))
    : asString(entry);

/** Shards of the conversations that the export's own manifest names and the archive does not hold. */
const missingShards = async (
  files: readonly UploadFile[],
  reading: Reading,
): Promise<readonly Found[]> => {
  const there = new Set(files.map((file) => file.path));
  const missing: Found[] = [];
  for (const file of files.filter(({ path }) => ending(path) === "export_manifest.json")) {
    const manifest = await readJson(file, reading);
    const logical =
      isObject(manifest) && isObject(manifest["logical_files"]) ? manifest["logical_files"] : {};
    const folder = file.path.slice(0, -ending(file.path).length);
    for (const [name, entry] of Object.entries(logical)) {
      if (!name.startsWith("conversations") || !isObject(entry)) continue;
      for (const shard of asArray(entry["files"]).map(pathOf))
        if (shard !== null && !there.has(`${folder}${shard}`))
          missing.push({
            code: "missing-shard",
            place: `${folder}${shard}`,
            reason: "The export's manifest names this file, but the archive does not contain it.",
          });
    }
  }
  return missing;
};

/** What lies beside the files of an archive, and what is missing there. */
export const readBeside = async (
  directory: readonly UploadFile[] | undefined,
  reading: Reading,
) => {
  if (directory === undefined) return { companions: undefined, problems: [] };
  const { companions, problems } = await readCompanions(directory, reading);
  return { companions, problems: [...problems, ...(await missingShards(directory, reading))] };
};
