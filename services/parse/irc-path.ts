// What an IRC log's path says: its day and its channel, in the layouts of irssi, ZNC, WeeChat and public archives.
import { dateIn, validDate } from "./irc-line.ts";

export interface IrcPath {
  readonly date: string | null;
  /** `#ubuntu`; null where the path names none. */
  readonly channel: string | null;
}

/** Folders that hold logs and are no channels. */
const folders = new Set([
  "log",
  "logs",
  "irc",
  "irclogs",
  "irc-logs",
  "moddata",
  "znc",
  "weechat",
  "archive",
  "tmp",
]);
const extensions = /\.(?:log|txt|weechatlog|irc|gz|\d{1,3})$/i;
const dated = /(?:^|[^\d])(\d{4})([-_.]?)(\d\d)\2(\d\d)(?:[^\d]|$)/;
const hashed = /[#&][^\s/,]+/;

const unescaped = (path: string): string => {
  if (!path.includes("%")) return path;
  return path.replaceAll(/%23/gi, "#").replaceAll("%20", " ");
};

const dateOf = (name: string, parents: readonly string[]): string | null => {
  const match = dated.exec(name);
  if (match) return validDate(Number(match[1]), Number(match[3]), Number(match[4]));
  const [year, month, day] = parents.slice(-3).map(Number);
  return (validDate(year ?? 0, month ?? 0, day ?? 0) ?? dateIn(name)) || null;
};

/** The part of a file's name that is neither date nor ending. */
const stem = (name: string): string => {
  let rest = name;
  while (extensions.test(rest)) rest = rest.replace(extensions, "");
  const match = dated.exec(rest);
  if (match) {
    const found = match[0].replace(/^[^\d]/, "").replace(/[^\d]$/, "");
    rest = rest.replace(found, "");
  }
  return rest.replace(/^[\s._-]+|[\s._-]+$/g, "");
};

export const ircPath = (path: string): IrcPath => {
  const parts = unescaped(path)
    .split(/[\\/]/)
    .filter((part) => part !== "" && part !== ".");
  const name = parts.pop() ?? "";
  const date = dateOf(name, parts);
  const own = stem(name);
  const marked = [own, ...parts.toReversed()].map((part) => hashed.exec(part)?.[0]).find(Boolean);
  if (marked) return { date, channel: marked };
  const named = [own, ...parts.toReversed()].find(
    (part) => part !== "" && !/^\d+$/.test(part) && !folders.has(part.toLowerCase()),
  );
  return { date, channel: named === undefined ? null : `#${named.replace(/\s+/g, "-")}` };
};
