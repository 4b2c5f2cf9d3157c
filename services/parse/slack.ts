// Slack's export: a folder per channel, a file per day; lists of people and channels beside them.
import type {
  AuthorNames,
  ParsedConversation,
  ParsedMessage,
} from "#services/domain/conversation.ts";
import type { UploadFile } from "./archive.ts";
import { type AuthorNamesTold, openAuthorNames } from "./author-names.ts";
import { readJson } from "./companions.ts";
import { orDamaged } from "./damaged-entry.ts";
import type { ParseEvent } from "./events.ts";
import { readElements } from "./json-records.ts";
import { partMessages } from "./limits.ts";
import { asString, type Json, objectsOf } from "./message.ts";
import type { Reading } from "./reading.ts";
import { authorNamesIn, isSlackMessage, slackMessage } from "./slack-message.ts";
import { slackPeople } from "./slack-people.ts";
import type { SlackNames } from "./slack-text.ts";
import { openText, type TextFile } from "./text-file.ts";

/** `prefix/channel/2024-01-31.json` */
export const slackDay = /^(?:(.*)\/)?([^/]+)\/\d{4}-\d\d-\d\d\.json$/;

const lists = ["channels", "groups", "mpims", "dms"] as const;

/** The lists of people and rooms beside the days: their names, not their records, say that they are no chat logs. */
const listFiles = new Set([...lists, "users", "org_users"].map((name) => `${name}.json`));

export const isSlackList = ({ prefix }: SlackExport, { path }: UploadFile): boolean =>
  listFiles.has(path.slice(prefix.length));

interface Channel {
  readonly id: string;
  readonly title: string;
  readonly raw: string | null;
}

const readList = async (
  file: UploadFile | undefined,
  reading: Reading,
): Promise<readonly Json[]> => (file ? objectsOf(await readJson(file, reading)) : []);

export interface SlackExport {
  readonly prefix: string;
  readonly files: readonly UploadFile[];
}

const readNames = async ({ prefix, files }: SlackExport, reading: Reading) => {
  const find = (name: string) => files.find((file) => file.path === `${prefix}${name}.json`);
  // The export of an organization with several workspaces lists its people in another file.
  const aliases = new Map([
    ...slackPeople(await readList(find("org_users"), reading)),
    ...slackPeople(await readList(find("users"), reading)),
  ]);
  const people = new Map([...aliases].map(([id, [name = id]]) => [id, name]));
  const channels = new Map<string, string>();
  const folders = new Map<string, Channel>();
  for (const list of lists)
    for (const item of await readList(find(list), reading)) {
      const id = asString(item["id"]);
      if (id === null) continue;
      const name = asString(item["name"]);
      const members = Array.isArray(item["members"]) ? item["members"] : [];
      const title =
        name !== null && (list === "channels" || list === "groups")
          ? `#${name}`
          : members.map((member) => people.get(String(member)) ?? String(member)).join(", ") || id;
      if (name !== null) channels.set(id, name);
      const channel = { id, title, raw: JSON.stringify(item) };
      // Folders bear the name where there is one, and the id of a direct conversation.
      if (name !== null) folders.set(name, channel);
      folders.set(id, channel);
    }
  const hasList = find("users") !== undefined || find("org_users") !== undefined;
  return { names: { people, aliases, channels } satisfies SlackNames, folders, hasList };
};

const byDay = (a: UploadFile, b: UploadFile) => (a.path < b.path ? -1 : 1);

export async function* readSlack(found: SlackExport, reading: Reading): AsyncGenerator<ParseEvent> {
  const { names, folders, hasList } = await readNames(found, reading);
  if (!hasList) {
    const reason =
      "The export has no users.json: people are called by their ids, unless a message of theirs says their name.";
    yield* reading.problem({ code: "no-names", place: `${found.prefix}users.json`, reason });
  }
  const authors = openAuthorNames();
  const days = new Map<string, UploadFile[]>();
  for (const file of found.files) {
    const folder = file.path.startsWith(found.prefix)
      ? slackDay.exec(`/${file.path.slice(found.prefix.length)}`)?.[2]
      : undefined;
    if (folder === undefined) continue;
    const known = days.get(folder);
    if (known) known.push(file);
    else days.set(folder, [file]);
  }
  for (const [folder, files] of days) {
    const channel = folders.get(folder) ?? { id: folder, title: `#${folder}`, raw: null };
    yield* readChannel(channel, files.sort(byDay), { names, authors }, reading);
  }
}

/** A day file by itself, outside an export: ids for names, its folder for a channel. */
export async function* readSlackDay(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  const folder = slackDay.exec(file.path)?.[2] ?? "channel";
  const authors = openAuthorNames();
  const parts = openParts({ id: folder, title: `#${folder}`, raw: null });
  const names: SlackNames = { people: new Map(), aliases: new Map(), channels: new Map() };
  const { lost } = reading;
  yield* readDay(file, parts, { names, authors }, reading);
  yield* parts.end({ partial: reading.lost > lost });
}

interface Known {
  readonly names: SlackNames;
  readonly authors: AuthorNamesTold;
}

async function* readChannel(
  channel: Channel,
  files: readonly UploadFile[],
  known: Known,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const parts = openParts(channel);
  const { lost } = reading;
  try {
    for (const file of files) {
      yield* orDamaged(file, readDayFile(file, parts, known, reading), reading);
      yield* parts.dayOver();
      yield* reading.tick();
    }
  } catch (error) {
    // What was read before a damaged place or a limit is kept.
    yield* parts.end({ partial: true });
    throw error;
  }
  yield* parts.end({ partial: reading.lost > lost });
}

async function* readDayFile(
  file: UploadFile,
  parts: Parts,
  known: Known,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const text = await openText(file, reading);
  try {
    yield* readDay(text, parts, known, reading);
  } finally {
    await text.close();
  }
}

async function* readDay(
  file: TextFile,
  parts: Parts,
  known: Known,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  for await (const element of readElements(file, reading)) {
    if (element.kind !== "value") yield element.event;
    else if (isSlackMessage(element.value)) {
      const said = slackMessage(element.value, known.names);
      yield* parts.add(said, known.authors.of(said, authorNamesIn(element.value, known.names)));
    } else {
      const reason = "This record has no time and is not a message.";
      yield* reading.problem({ code: "unknown-message", place: element.place, reason });
    }
  }
}

type Parts = ReturnType<typeof openParts>;

interface Part {
  readonly messages: ParsedMessage[];
  readonly authors: AuthorNames[];
}

/** Collects a channel's messages and gives them out a day (or a bounded number) at a time, the last part knowing that it is. */
const openParts = (channel: Channel) => {
  let waiting: Part = { messages: [], authors: [] };
  let current: Part = { messages: [], authors: [] };
  /** Broadcast replies stand twice, close together: today's and yesterday's times are enough to see it. */
  let today = new Set<string>();
  let yesterday = new Set<string>();

  const part = (
    { messages, authors }: Part,
    { continues, partial }: { readonly continues: boolean; readonly partial: boolean },
  ): ParseEvent => ({
    kind: "conversation",
    conversation: {
      source: "slack",
      sourceId: channel.id,
      hasId: true,
      asOf: null,
      title: channel.title,
      tree: false,
      channel: channel.title,
      messages: messages.sort((a, b) => a.position - b.position),
      authors,
      raw: channel.raw,
      continues,
      ...(partial && { partial }),
    } satisfies ParsedConversation,
  });
  function* shift(): Generator<ParseEvent> {
    if (current.messages.length === 0) return;
    if (waiting.messages.length > 0) yield part(waiting, { continues: true, partial: false });
    waiting = current;
    current = { messages: [], authors: [] };
  }
  return {
    *add(item: ParsedMessage, author: AuthorNames | undefined): Generator<ParseEvent> {
      // The names too where the message is one that stands twice: they are told once.
      if (author !== undefined) current.authors.push(author);
      if (today.has(item.key) || yesterday.has(item.key)) return;
      today.add(item.key);
      current.messages.push(item);
      if (current.messages.length >= partMessages) yield* shift();
    },
    *dayOver(): Generator<ParseEvent> {
      yield* shift();
      yesterday = today;
      today = new Set();
    },
    /** @param partial whether some of the channel could not be read: its last part says so */
    *end({ partial }: { readonly partial: boolean }): Generator<ParseEvent> {
      yield* shift();
      if (waiting.messages.length > 0) yield part(waiting, { continues: false, partial });
    },
  };
};
