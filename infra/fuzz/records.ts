// Damage to single records of a file that is whole otherwise, and the same file with more and more of its records.

/** What stands in the place of a record. */
export const replacements: readonly unknown[] = [null, 7, "x", {}, []];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The lists of records in a value: arrays with objects in them. */
const listsIn = (value: unknown): unknown[][] => {
  if (Array.isArray(value))
    return [...(value.some(isObject) ? [value] : []), ...value.flatMap(listsIn)];
  if (!isObject(value)) return [];
  return Object.values(value).flatMap(listsIn);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: records are lines then.
    return undefined;
  }
};

/** That of the messages, or of the conversations. */
const longestIn = (value: unknown): unknown[] | undefined =>
  listsIn(value).toSorted((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)[0];

/**
 * A file of JSON with a record of its longest list replaced.
 * @param place which record, 0 … 1
 * @returns undefined where the file is no JSON with a list of records
 */
export const withRecord = (
  file: Buffer,
  { place, by }: { readonly place: number; readonly by: unknown },
): Buffer | undefined => {
  const value = parsed(file.toString("utf8"));
  const found = longestIn(value);
  if (!found) return undefined;
  found[Math.min(found.length - 1, Math.floor(place * found.length))] = by;
  return Buffer.from(JSON.stringify(value));
};

/** Members that are what a record is known by. */
const ids =
  /("(?:_id|id|ID|uuid|message_id|messageId|requestId|event_id|client_msg_id|ts)"\s*:\s*(?:"|(?=\d)))/g;

/** A record like another, with ids of its own. */
const another = (record: unknown, nth: number): unknown =>
  JSON.parse(JSON.stringify(record).replaceAll(ids, `$1${nth}`)) as unknown;

/**
 * A file with so many of its records that it is about so long: of JSON the longest list is repeated, of lines all after the first ten.
 * @returns undefined where it is neither
 */
export const grown = (file: Buffer, bytes: number): Buffer | undefined => {
  const text = file.toString("utf8");
  if (text.includes("\u0000") || text.includes("\ufffd")) return undefined;
  const value = parsed(text);
  if (value === undefined) {
    const lines = text.split(/(?<=\n)/u);
    const more = lines.slice(Math.min(10, Math.floor(lines.length / 2))).join("");
    return more === ""
      ? undefined
      : Buffer.from(`${text.replace(/\n?$/u, "\n")}${more.repeat(Math.ceil(bytes / more.length))}`);
  }
  const longest = longestIn(value);
  if (!longest) return undefined;
  const size = JSON.stringify(longest).length;
  const records = [...longest];
  for (let nth = 1; nth * size < bytes; nth += 1)
    longest.push(...records.map((record) => another(record, nth)));
  return Buffer.from(JSON.stringify(value));
};
