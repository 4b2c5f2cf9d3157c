// Writes a collection, one conversation after the other, with a bounded number of messages in memory.
import { talkSources } from "#services/domain/conversation.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { type People, writerOf } from "#services/domain/people.ts";
import {
  authorsIn,
  type ConversationRow,
  exportedConversations,
  exportedMessages,
  type Rows,
  type ShownMessage,
} from "#services/store/store.ts";
import { readShowId } from "./cleaning-view.ts";
import { type ShowId, viewConversation, viewMessage } from "./conversation-view.ts";
import { readPeople } from "./people-here.ts";

export const exportFormats = ["jsonl", "openai", "markdown"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Characters that are sent at once. */
const PIECE = 64 * 1024;

/** The items of all pages, each written, with the separator in between; a piece of text for each page. */
const joined = async function* <T>(
  pages: AsyncIterable<readonly T[]>,
  separator: string,
  write: (item: T) => string,
): AsyncGenerator<string, void, undefined> {
  let begun = false;
  for await (const items of pages) {
    if (items.length === 0) continue;
    yield (begun ? separator : "") + items.map(write).join(separator);
    begun = true;
  }
};

/** Sources whose system messages are joins, leaves and notices, and not prompts. */
const hasNotices: ReadonlySet<string> = new Set([
  ...talkSources,
  "captions",
  "claude-code",
  "codex",
  "gemini-cli",
  "gemini",
  "copilot",
  "intercom",
]);

/** People become users, because the format has no role for them. */
const openaiRole = (role: string): string => (role === "person" ? "user" : role);

/** The format has system prompts and tool results, but not thinking, joins and leaves. */
const isTold = (source: string, { kind, role, text }: ShownMessage): boolean =>
  kind !== "thinking" &&
  (kind !== "system" || (role === "system" && text !== "" && !hasNotices.has(source)));

const openaiMessage = ({ role, author, text }: ShownMessage) => ({
  role: openaiRole(role),
  content: text,
  ...(role === "person" ? { name: author } : {}),
});

const inMarkdown = (
  { author, at, role, local_time: local, text }: ShownMessage,
  { source, people }: { readonly source: string; readonly people: People },
): string => {
  const { person } = writerOf(people, { source, author, role });
  const name = person === undefined ? author : `${author} (${person})`;
  const when = at === null ? local : new Date(at).toISOString();
  return `**${name}**${when === null ? "" : ` · ${when}`}\n\n${text}\n`;
};

/** An export contains what is said of files, not the files. */
const noFiles = new Map<string, never>();

/** A conversation as text, in pieces. */
const write = async function* (
  rows: Rows,
  row: ConversationRow,
  {
    format,
    people,
    showId,
    asItCame,
  }: {
    readonly format: ExportFormat;
    readonly people: People;
    readonly showId: ShowId;
    readonly asItCame: boolean;
  },
): AsyncGenerator<string, void, undefined> {
  switch (format) {
    case "jsonl": {
      const messages = exportedMessages(rows, row.id, { path: "all", kinds: "all", asItCame });
      const { messages: _, ...conversation } = viewConversation(row, { people, showId });
      const authors = (await authorsIn(rows, row)).map((one) => ({ ...one, id: showId(one.id) }));
      const also = authors.length === 0 ? {} : { authors };
      const empty = JSON.stringify({ ...conversation, ...also, messages: [] });
      const end = "]}";
      yield empty.slice(0, -end.length);
      yield* joined(messages, ",", (message) =>
        JSON.stringify(
          viewMessage(message, { source: row.source, people, showId, attachments: noFiles }),
        ),
      );
      yield `${end}\n`;
      return;
    }
    case "openai": {
      const messages = exportedMessages(rows, row.id, { path: "main", kinds: "all", asItCame });
      const { id, title, channel, source } = row;
      const told = async function* () {
        for await (const page of messages) yield page.filter((one) => isTold(source, one));
      };
      yield '{"messages":[';
      yield* joined(told(), ",", (message) => JSON.stringify(openaiMessage(message)));
      yield `],"metadata":${JSON.stringify({ id, title, channel, source })}}\n`;
      return;
    }
    case "markdown":
      yield `# ${row.title ?? row.channel ?? showId(row.source_id)}\n\n`;
      yield* joined(
        exportedMessages(rows, row.id, { path: "main", kinds: "visible", asItCame }),
        "\n",
        (message) => inMarkdown(message, { source: row.source, people }),
      );
      yield "\n";
  }
};

/** The whole export as bytes, in pieces of some 64 KB; other requests get a turn between any two pages of messages. */
export const exportLines = async function* (
  rows: Rows,
  collection: CollectionId,
  { format, asItCame = false }: { readonly format: ExportFormat; readonly asItCame?: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  const people = await readPeople(rows, collection);
  const showId: ShowId = asItCame ? (id) => id : await readShowId(rows, collection);
  let text = "";
  for await (const row of exportedConversations(rows, collection))
    for await (const piece of write(rows, row, { format, people, showId, asItCame })) {
      text += piece;
      if (text.length < PIECE) continue;
      yield encoder.encode(text);
      text = "";
    }
  if (text !== "") yield encoder.encode(text);
};
