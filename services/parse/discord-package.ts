// The data package that Discord sends: what one person wrote, a file a channel, with the channel in the file beside it. Read by public readers of it.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import { asId, asString, fingerprint, isObject, type Json, message } from "./message.ts";
import type { MixedFormat } from "./mixed-format.ts";
import type { Times } from "./times.ts";

export const isPackageMessage = (item: unknown): item is Json =>
  isObject(item) &&
  asId(item["ID"]) !== null &&
  typeof item["Timestamp"] === "string" &&
  typeof item["Contents"] === "string";

/** Addresses of files, with blanks between. */
const filesOf = (item: Json) =>
  (asString(item["Attachments"]) ?? "")
    .split(/\s+/)
    .filter((address) => address !== "")
    .map((address) => ({
      name: address.slice(address.lastIndexOf("/") + 1).split("?", 1)[0] || "file",
      mediaType: null,
      size: null,
    }));

const packageMessage = (item: Json, key: string, times: Times): ParsedMessage => {
  const id = asId(item["ID"]);
  const files = filesOf(item);
  const text = String(item["Contents"]);
  const isFile = text === "" && files.length > 0;
  // Discord writes them in UTC and does not say so.
  const written = String(item["Timestamp"]);
  const time = times.read(/[zZ]|[+-]\d\d:?\d\d$/.test(written) ? written : `${written}Z`);
  return message({
    key,
    sourceId: id,
    position: id !== null && /^\d{1,20}$/.test(id) ? Number(id) : (time.at ?? 0),
    author: "You",
    role: "person",
    kind: isFile ? "attachment" : "text",
    ...time,
    text: isFile ? files.map(({ name }) => name).join("\n") : text,
    attachments: files,
    raw: JSON.stringify(item),
  });
};

/** Ids are numbers that grow, with more figures than a number has here. */
const isOlder = (one: string, other: string): boolean =>
  one.length === other.length ? one < other : one.length < other.length;

const nameOf = (info: Json | undefined): string | null => {
  const name = asString(info?.["name"]);
  const guild = isObject(info?.["guild"]) ? asString(info["guild"]["name"]) : null;
  if (name === null) return null;
  return guild === null ? name : `#${name.replace(/^#/, "")} (${guild})`;
};

/** @param info the channel.json beside the messages; its folder stands in the path */
export const openDiscordPackage = (path: string, info: Json | undefined): MixedFormat => {
  const id = asId(info?.["id"]) ?? /(?:^|\/)c?(\d{15,20})\//.exec(path)?.[1] ?? null;
  const title = nameOf(info) ?? (id === null ? null : `Channel ${id}`);
  const room = { id: id ?? "", hasId: id !== null, title, channel: title };
  let count = 0;
  /** The oldest message, by its id: a later package has it too, and another channel has not. */
  let oldest: string | undefined;
  return {
    source: "discord",
    isMessage: isPackageMessage,
    roomOf(item) {
      count += 1;
      const own = asId(item["ID"]) ?? "";
      if (oldest === undefined || isOlder(own, oldest)) oldest = own;
      return room;
    },
    idOf: () => id ?? fingerprint(oldest ?? ""),
    *messages(items, times) {
      const taken = new Set<string>();
      for (const item of items) {
        const own = asId(item["ID"]) ?? "";
        const key = taken.has(own) ? `${own}#${taken.size}` : own;
        taken.add(key);
        yield packageMessage(item, key, times);
      }
    },
    told: () =>
      count === 0
        ? []
        : [
            {
              code: "one-side",
              reason:
                "Discord's package holds only what its owner wrote: what others answered is not in it.",
              count,
            },
          ],
  };
};
