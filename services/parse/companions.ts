// The files beside the conversations in an export: names of people and of files, and the list of shards that should be there.
import type { UploadFile } from "./archive.ts";
import type { Companions } from "./companions-of.ts";
import { isDamagedEntry } from "./damaged-entry.ts";
import { unfitFor } from "./json-bounds.ts";
import { asArray, asString, isObject, objectsOf } from "./message.ts";
import type { Found, Reading } from "./reading.ts";

/** Such files are small: a larger one is not looked into. */
const LARGEST = 32 * 1024 * 1024;
/** Names are kept in memory while an export is read; further ones are left out, and ids are shown for them. */
const MOST_NAMES = 500_000;

/** The JSON in a small file beside the conversations; undefined where there is none that can be read. */
export const readJson = async (file: UploadFile, { limits }: Reading): Promise<unknown> => {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of file.bytes()) {
      size += piece.length;
      if (size > LARGEST) return undefined;
      pieces.push(piece);
    }
    const bytes = Buffer.concat(pieces);
    return unfitFor(bytes, limits) === undefined ? JSON.parse(bytes.toString("utf8")) : undefined;
  } catch (error) {
    // The names are a help, not a need: ids are shown where they are missing.
    if (error instanceof SyntaxError || isDamagedEntry(error)) return undefined;
    throw error;
  }
};

const ending = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** Claude's `users.json` (uuid, full_name) and ChatGPT's `conversation_asset_file_names.json` (asset → name). */
export const readCompanions = async (
  files: readonly UploadFile[],
  reading: Reading,
): Promise<Companions> => {
  const accounts = new Map<string, string>();
  const assets = new Map<string, string>();
  for (const file of files) {
    if (ending(file.path) === "users.json")
      for (const user of objectsOf(await readJson(file, reading))) {
        const id = asString(user["uuid"]);
        const name = asString(user["full_name"]);
        if (id !== null && name !== null && accounts.size < MOST_NAMES) accounts.set(id, name);
      }
    if (ending(file.path) === "conversation_asset_file_names.json") {
      const map = await readJson(file, reading);
      for (const [asset, name] of Object.entries(isObject(map) ? map : {}))
        if (typeof name === "string" && assets.size < MOST_NAMES)
          assets.set(asset.replace(/\.dat$/, ""), name);
    }
  }
  return { accounts, assets };
};

const pathOf = (entry: unknown): string | null =>
  isObject(entry)
    ? (asString(entry["path"]) ?? asString(entry["name"]) ?? asString(entry["file"]))
    : asString(entry);

/** Shards of the conversations that the export's own manifest names and the archive does not hold. */
export const missingShards = async (
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
