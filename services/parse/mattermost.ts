// Mattermost's bulk export: a line an object (teams, channels, users, then posts with their replies). Read by its public description; it has not been seen from a server.
import type { Attachment, AuthorNames, ParsedMessage } from "#services/domain/conversation.ts";
import { openAuthorNames } from "./author-names.ts";
import type { ParseEvent } from "./events.ts";
import { headValue } from "./json-head.ts";
import { asArray, asString, isObject, type Json, message, objectsOf, without } from "./message.ts";
import { type MixedRecords, readMixedLines } from "./mixed-records.ts";
import { openMixedRooms } from "./mixed-rooms.ts";
import { inParts } from "./parts.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";
import type { Times } from "./times.ts";

/** Objects in which nobody says anything. */
const others = new Set(["version", "scheme", "role", "emoji", "team", "bot", "direct_channel"]);
const isObjectLine = (value: unknown): boolean =>
  isObject(value) && typeof value["type"] === "string" && value["type"] in value;

/** @param head the file's beginning: the first object of every export is its version */
export const looksLikeMattermost = (head: string): boolean => {
  const line = head.split("\n", 1)[0] ?? "";
  if (!/"type"\s*:\s*"version"/.test(line.slice(0, 1000))) return false;
  return isObjectLine(headValue(line).value);
};

export const readMattermost = (file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> =>
  readMixedLines(file, openObjects(reading.folder), reading);

/** Rooms of people write to each other directly are named by all of them. */
const roomOf = (post: Json): string => {
  const members = asArray(post["channel_members"]).filter((name) => typeof name === "string");
  return members.length > 0
    ? `@${members.toSorted().join(",")}`
    : `${asString(post["team"]) ?? ""}/${asString(post["channel"]) ?? ""}`;
};

interface Names {
  /** User name → the names of the person, the one to show first. */
  readonly people: ReadonlyMap<string, readonly string[]>;
  /** `team/channel` → the name that is shown. */
  readonly channels: ReadonlyMap<string, string>;
}

const shownName = (user: string, { people }: Names): string => people.get(user)?.[0] ?? user;

const titleOf = (room: string, names: Names): string =>
  room.startsWith("@")
    ? room
        .slice(1)
        .split(",")
        .map((user) => shownName(user, names))
        .join(", ")
    : `#${names.channels.get(room) ?? room.slice(room.indexOf("/") + 1)}`;

const filesOf = (post: Json): Attachment[] =>
  objectsOf(post["attachments"]).map((file) => {
    const path = asString(file["path"]) ?? "file";
    return { name: path.slice(path.lastIndexOf("/") + 1), mediaType: null, size: null, file: path };
  });

/** What integrations show below a post, which is often all that it says. */
const cardText = (post: Json): string => {
  const props = isObject(post["props"]) ? post["props"] : {};
  return objectsOf(props["attachments"])
    .flatMap((card) => ["pretext", "title", "text"].map((name) => asString(card[name])))
    .filter((text) => text !== null)
    .join("\n");
};

interface Open {
  readonly names: Names;
  readonly times: Times;
  /** How many posts of the room each id was met for. */
  readonly met: Map<string, number>;
}

/** Mattermost knows a post by its room and time; two people may write in one millisecond. */
const keyOf = (post: Json, met: Map<string, number>): string => {
  const own = `${String(post["create_at"])}/${asString(post["user"]) ?? ""}`;
  const nth = met.get(own) ?? 0;
  met.set(own, nth + 1);
  return nth === 0 ? own : `${own}/${nth}`;
};

const postMessage = (
  post: Json,
  root: string | null,
  { names, times, met }: Open,
): ParsedMessage => {
  const user = asString(post["user"]) ?? "unknown";
  const key = keyOf(post, met);
  const files = filesOf(post);
  const text = asString(post["message"]) ?? cardText(post);
  const isNotice = asString(post["type"])?.startsWith("system_") === true;
  const isFile = !isNotice && text === "" && files.length > 0;
  const edited = post["edit_at"];
  const time = times.read(post["create_at"]);
  return message({
    key,
    sourceId: key,
    replyTo: root,
    position: time.at ?? 0,
    author: shownName(user, names),
    authorId: user,
    role: isNotice ? "system" : "person",
    kind: isNotice ? "system" : isFile ? "attachment" : "text",
    ...time,
    text: isFile ? files.map(({ name }) => name).join("\n") : text,
    editedAt: typeof edited === "number" && edited > 0 ? times.read(edited).at : null,
    attachments: files,
    raw: JSON.stringify(without(post, "replies")),
  });
};

function* thread(post: Json, open: Open): Generator<ParsedMessage> {
  const root = postMessage(post, null, open);
  yield root;
  for (const reply of objectsOf(post["replies"])) yield postMessage(reply, root.key, open);
}

function* threads(posts: Iterable<Json>, open: Open): Generator<ParsedMessage> {
  for (const post of posts) yield* thread(post, open);
}

const openObjects = (folder: string): MixedRecords => {
  const rooms = openMixedRooms(folder);
  const people = new Map<string, readonly string[]>();
  const channels = new Map<string, string>();
  const told = openAuthorNames();
  const names: Names = { people, channels };

  const takeUser = (user: Json) => {
    const name = asString(user["username"]);
    if (name === null) return;
    const full = [user["first_name"], user["last_name"]].map(asString).filter(Boolean).join(" ");
    const all = [asString(user["nickname"]), asString(full), name];
    people.set(
      name,
      all.filter((one) => one !== null),
    );
  };
  const takeChannel = (channel: Json) => {
    const shown = asString(channel["display_name"]);
    if (shown !== null) channels.set(`${channel["team"]}/${channel["name"]}`, shown);
  };
  /** What the people of a room are called, told before its messages. */
  const authorsIn = (room: string): AuthorNames[] => {
    const found: AuthorNames[] = [];
    for (const post of rooms.items(room))
      for (const { user } of [post, ...objectsOf(post["replies"])] as readonly Json[]) {
        const authorId = asString(user);
        if (authorId === null) continue;
        const author = shownName(authorId, names);
        const one = told.of({ author, authorId }, people.get(authorId) ?? []);
        if (one !== undefined) found.push(one);
      }
    return found;
  };
  return {
    take(line) {
      const type = asString(line["type"]) ?? "";
      const object = line[type];
      if (!isObject(object)) return others.has(type);
      if (type === "user") takeUser(object);
      else if (type === "channel") takeChannel(object);
      else if (type === "post" || type === "direct_post") rooms.add(roomOf(object), object);
      else return others.has(type);
      return true;
    },
    rooms: rooms.names,
    *room(room, { times, partial }) {
      const title = titleOf(room, names);
      const open: Open = { names, times, met: new Map() };
      const conversation = {
        source: "mattermost",
        sourceId: room,
        hasId: true,
        asOf: null,
        ...(partial && { partial }),
        title,
        tree: false,
        channel: title,
        authors: authorsIn(room),
        raw: null,
      } as const;
      yield* inParts(conversation, threads(rooms.items(room), open));
    },
    close: rooms.close,
  };
};
