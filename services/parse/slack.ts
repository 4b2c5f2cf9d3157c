// Slack's export: a folder per channel, a file per day; lists of people and channels beside them.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import type { UploadFile } from "./archive.ts";
import { readJson } from "./companions.ts";
import { orDamaged } from "./damaged-entry.ts";
import type { ParseEvent } from "./events.ts";
import { readElements } from "./json-records.ts";
import { partMessages } from "./limits.ts";
import { asString, isObject, type Json, objectsOf } from "./message.ts";
import type { Reading } from "./reading.ts";
import { isSlackMessage, slackMessage } from "./slack-message.ts";
import type { SlackNames } from "./slack-text.ts";
import { openText, type TextFile } from "./text-file.ts";

/** `prefix/channel/2024-01-31.json` */
export const slackDay = /^(?:(.*)\/)?([^/]+)\/\d{4}-\d\d-\d\d\.json$/;

const lists = ["channels", "groups", "mpims", "dms"] as const;

interface Channel {
  readonly id: string;
  readonly title: string;
  readonly raw: string | null;
}

const readList = async (
  file: UploadFile | undefined,
  reading: Reading,
): Promise<readonly Json[]> => (file ? objectsOf(await readJson(file, reading)) : []);

const personName = (user: Json): string | null => {
  const profile = isObject(user["profile"]) ? user["profile"] : {};
  return (
    asString(profile["display_name"]) ??
    asString(profile["real_name"]) ??
    asString(user["real_name"]) ??
    asString(user["name"])
  );
};

const namesOf = (users: readonly Json[]): [string, string][] =>
  users.flatMap((user): [string, string][] => {
    const id = asString(user["id"]);
    const name = personName(user);
    return id === null || name === null ? [] : [[id, name]];
  });

export interface SlackExport {
  readonly prefix: string;
  readonly files: readonly UploadFile[];
}

const readNames = async ({ prefix, files }: SlackExport, reading: Reading) => {
  const find = (name: string) => files.find((file) => file.path === `${prefix}${name}.json`);
  // The export of an organization with several workspaces lists its people in another file.
  const people = new Map([
    ...namesOf(await readList(find("org_users"), reading)),
    ...namesOf(await readList(find("users"), reading)),
  ]);
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
  return { names: { people, channels } satisfies SlackNames, folders };
};

const byDay = (a: UploadFile, b: UploadFile) => (a.path < b.path ? -1 : 1);

export async function* readSlack(found: SlackExport, reading: Reading): AsyncGenerator<ParseEvent> {
  const { names, folders } = await readNames(found, reading);
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
    yield* readChannel(channel, files.sort(byDay), names, reading);
  }
}

/** A day file by itself, outside an export: ids for names, its folder for a channel. */
export async function* readSlackDay(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  const folder = slackDay.exec(file.path)?.[2] ?? "channel";
  const parts = openParts({ id: folder, title: `#${folder}`, raw: null });
  const names: SlackNames = { people: new Map(), channels: new Map() };
  yield* readDay(file, parts, names, reading);
  yield* parts.end();
}

async function* readChannel(
  channel: Channel,
  files: readonly UploadFile[],
  names: SlackNames,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const parts = openParts(channel);
  try {
    for (const file of files) {
      yield* orDamaged(file, readDayFile(file, parts, names, reading), reading);
      yield* parts.dayOver();
      yield* reading.tick();
    }
  } catch (error) {
    // What was read before a damaged place or a limit is kept.
    yield* parts.end();
    throw error;
  }
  yield* parts.end();
}

async function* readDayFile(
  file: UploadFile,
  parts: Parts,
  names: SlackNames,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const text = await openText(file, reading);
  try {
    yield* readDay(text, parts, names, reading);
  } finally {
    await text.close();
  }
}

async function* readDay(
  file: TextFile,
  parts: Parts,
  names: SlackNames,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  for await (const element of readElements(file, reading)) {
    if (element.kind !== "value") yield element.event;
    else if (isSlackMessage(element.value)) yield* parts.add(slackMessage(element.value, names));
    else {
      const reason = "This record has no time and is not a message.";
      yield* reading.problem({ code: "unknown-message", place: element.place, reason });
    }
  }
}

type Parts = ReturnType<typeof openParts>;

/** Collects a channel's messages and gives them out a day (or a bounded number) at a time, the last part knowing that it is. */
const openParts = (channel: Channel) => {
  let waiting: ParsedMessage[] = [];
  let current: ParsedMessage[] = [];
  /** Broadcast replies stand twice, close together: today's and yesterday's times are enough to see it. */
  let today = new Set<string>();
  let yesterday = new Set<string>();

  const part = (messages: ParsedMessage[], continues: boolean): ParseEvent => ({
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
      raw: channel.raw,
      continues,
    } satisfies ParsedConversation,
  });
  function* shift(): Generator<ParseEvent> {
    if (current.length === 0) return;
    if (waiting.length > 0) yield part(waiting, true);
    waiting = current;
    current = [];
  }
  return {
    *add(item: ParsedMessage): Generator<ParseEvent> {
      if (today.has(item.key) || yesterday.has(item.key)) return;
      today.add(item.key);
      current.push(item);
      if (current.length >= partMessages) yield* shift();
    },
    *dayOver(): Generator<ParseEvent> {
      yield* shift();
      yesterday = today;
      today = new Set();
    },
    *end(): Generator<ParseEvent> {
      yield* shift();
      if (waiting.length > 0) yield part(waiting, false);
    },
  };
};
