// Collections for the comparison of numbers: an invented Claude export, an invented IRC archive, and some days of a real one.
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { zipSync } from "fflate";
import { extract } from "tar-stream";

type Files = Record<string, Uint8Array>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A generator of numbers from 0 to 1 that gives the same ones each time (mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Subjects, each with what is talked about and what is done to it. */
const subjects = [
  ["leeks", "carrots", "compost", "seedlings", "beans", "plant", "water", "harvest"],
  ["sourdough", "oven", "rye flour", "loaf", "starter", "bake", "knead", "proof"],
  ["bicycle", "gear cable", "rear wheel", "brake pad", "chain", "adjust", "replace", "oil"],
  ["violin", "bow", "scale", "concerto", "string", "practise", "tune", "rehearse"],
  ["invoice", "tax form", "receipt", "budget", "salary", "file", "calculate", "pay"],
  ["sailing boat", "harbour", "anchor", "mast", "rope", "sail", "moor", "repair"],
] as const;

const pick = <T>(list: readonly T[], random: () => number): T =>
  list[Math.floor(random() * list.length)] as T;

const openTalk = (seed: number) => {
  const random = seeded(seed);
  const words = (subject: number) => {
    const all = subjects[subject % subjects.length] ?? subjects[0];
    return { thing: pick(all.slice(0, 5), random), act: pick(all.slice(5), random) };
  };
  return {
    random,
    question(subject: number): string {
      const [one, other] = [words(subject), words(subject)];
      return pick(
        [
          `How do I ${one.act} the ${one.thing} when the ${other.thing} is old?`,
          `Why should I ${one.act} the ${one.thing} before I ${other.act} the ${other.thing}?`,
          `My ${one.thing} looks wrong today, can I still ${other.act} the ${other.thing}?`,
        ],
        random,
      );
    },
    answer(subject: number): string {
      const [one, other] = [words(subject), words(subject)];
      return pick(
        [
          `First ${one.act} the ${one.thing}, then wait a day and ${other.act} the ${other.thing}.`,
          `The ${one.thing} needs care: ${one.act} it slowly, and keep the ${other.thing} dry.`,
          `You can ${other.act} the ${other.thing}, but never ${one.act} the ${one.thing} twice.`,
        ],
        random,
      );
    },
  };
};

const ROOT = "00000000-0000-4000-8000-000000000000";

/** The number of conversations of the Claude export that have a message. */
const CHATS = 60;

interface ClaudeMessage {
  readonly uuid: string;
  readonly sender: "human" | "assistant";
  readonly text: string;
  readonly content: readonly object[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly parent_message_uuid: string;
  readonly attachments: readonly object[];
  readonly files: readonly object[];
}

/** What the nth conversation has besides questions and answers. */
const claudeChat = (nth: number) => {
  const talk = openTalk(nth);
  const began = Date.UTC(2026, 0, 1 + nth * 2, 8 + (nth % 9));
  const messages: ClaudeMessage[] = [];
  let parent = ROOT;
  const add = (
    sender: ClaudeMessage["sender"],
    content: readonly object[],
    more: Partial<ClaudeMessage> = {},
  ) => {
    const uuid = `m-${nth}-${messages.length}`;
    const at = new Date(began + messages.length * 60_000).toISOString();
    const own = { parent_message_uuid: parent, attachments: [], files: [], ...more };
    messages.push({ uuid, sender, text: "", content, created_at: at, updated_at: at, ...own });
    parent = uuid;
    return uuid;
  };
  const said = (text: string) => ({ type: "text", text, citations: [] });
  for (let turn = 0; turn < 3 + (nth % 3); turn++) {
    const before = parent;
    const file = {
      file_name: `notes-${nth}.txt`,
      file_type: "txt",
      file_size: 60,
      extracted_content: talk.answer(nth),
    };
    const isAttached = nth % 7 === 0 && turn === 1;
    // A message may be its attachment alone.
    add(
      "human",
      isAttached && nth % 2 === 0 ? [] : [said(talk.question(nth))],
      isAttached ? { attachments: [file] } : {},
    );
    const thinking = { type: "thinking", thinking: `They ask about this. ${talk.question(nth)}` };
    const tool = [
      { type: "tool_use", id: `t-${nth}`, name: "web_search", input: { query: "care" } },
      {
        type: "tool_result",
        tool_use_id: `t-${nth}`,
        content: [{ type: "text", text: talk.answer(nth) }],
      },
    ];
    add("assistant", [
      ...(nth % 3 === 0 ? [thinking] : []),
      ...(nth % 4 === 0 && turn === 0 ? tool : []),
      said(talk.answer(nth)),
    ]);
    // The question was edited: what was said first stands on another branch.
    if (nth % 5 === 0 && turn === 1) {
      parent = before;
      add("human", [said(talk.question(nth))]);
      add("assistant", [said(talk.answer(nth))]);
    }
  }
  const last = messages.at(-1)?.created_at;
  return {
    uuid: `c-${nth}`,
    name: nth % 6 === 0 ? "" : `Chat number ${nth}`,
    summary: "",
    created_at: new Date(began).toISOString(),
    updated_at: last,
    account: { uuid: "acc" },
    chat_messages: messages,
  };
};

/** With branches, thoughts, tools, attachments, a project with documents, and a conversation without a message. */
export const claudeExport = (): Uint8Array => {
  const chats = Array.from({ length: CHATS }, (_, nth) => claudeChat(nth + 1));
  const empty = { ...claudeChat(99), uuid: "c-empty", name: "Nothing", chat_messages: [] };
  const json = (value: unknown) => bytes(JSON.stringify(value));
  return zipSync({
    "users.json": json([{ uuid: "acc", full_name: "Ida Holm" }]),
    "conversations.json": json([...chats, empty]),
    "projects/garden.json": json({
      uuid: "p-1",
      name: "Garden",
      prompt_template: "Answer like a gardener.",
      created_at: "2026-01-01T08:00:00Z",
      docs: [
        {
          uuid: "d-1",
          filename: "plan.md",
          content: "Plant leeks in May, and water the seedlings.",
          created_at: "2026-01-02T08:00:00Z",
        },
      ],
    }),
  });
};

const DAYS = 30;
const LINES_A_DAY = 60;
const nicks = Array.from({ length: 40 }, (_, nth) => `nick${nth}`);

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** A file a day, 1,800 lines in all, with joins, leaves and actions; of one day nothing but joins. */
export const ircArchive = (): Uint8Array => {
  const talk = openTalk(4242);
  const files: Files = {};
  for (let day = 0; day < DAYS; day++) {
    const date = new Date(Date.UTC(2026, 1, 1 + day)).toISOString().slice(0, 10);
    const lines: string[] = [];
    for (let at = 0; at < LINES_A_DAY; at++) {
      const [nick, other] = [pick(nicks, talk.random), pick(nicks, talk.random)];
      const time = clock(8 * 60 + at * 9);
      const isNotice = day === 20 || at % 11 === 0;
      if (isNotice)
        lines.push(
          `=== ${nick} [~u@host] has ${at % 22 === 0 ? "joined #workshop" : "left #workshop []"}`,
        );
      else if (at % 17 === 0) lines.push(`[${time}]  * ${nick} looks at ${other}`);
      else if (at % 2 === 0) lines.push(`[${time}] <${nick}> ${talk.question(at + day)}`);
      else lines.push(`[${time}] <${nick}> ${other}: ${talk.answer(at - 1 + day)}`);
    }
    files[`#workshop/${date}.log`] = bytes(`${lines.join("\n")}\n`);
  }
  return zipSync(files);
};

const archive = join(import.meta.dirname, "../../../shared/data/irc/ubuntu-irc.tar.gz");

/** Why the real archive is not compared; undefined where it is there. */
export const realIrcIsMissing: string | undefined = existsSync(archive)
  ? undefined
  : "../shared/data/irc is not here";

/** The first days of the real archive. */
export const realIrcDays = async (days: number): Promise<Uint8Array> => {
  const files: Files = {};
  const entries = createReadStream(archive).pipe(createGunzip()).pipe(extract());
  for await (const entry of entries) {
    if (entry.header.type !== "file") {
      entry.resume();
      continue;
    }
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    files[`#${entry.header.name}`] = new Uint8Array(Buffer.concat(pieces));
    if (Object.keys(files).length === days) break;
  }
  return zipSync(files);
};
