// Writes a collection, one conversation after the other, with a bounded number of messages in memory.
import type { CollectionId } from "#services/domain/ids.ts";
import {
  type ConversationRow,
  listConversations,
  pageOfMessages,
  type Rows,
  type ShownMessage,
} from "#services/store/store.ts";
import { viewConversation, viewMessage } from "./conversation-view.ts";

export const exportFormats = ["jsonl", "openai", "markdown"] as const;
export type ExportFormat = (typeof exportFormats)[number];

const PAGE = 50;
const MESSAGES = 2000;

const conversations = async function* (rows: Rows, collection: CollectionId) {
  let cursor: string | undefined;
  do {
    const page = await listConversations(rows, {
      collection,
      sort: "oldest",
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield* page.conversations;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
};

const messagesOf = async (
  rows: Rows,
  { id }: ConversationRow,
  { path, kinds }: { path: "main" | "all"; kinds: "visible" | "all" },
): Promise<ShownMessage[]> => {
  const all: ShownMessage[] = [];
  for (;;) {
    const page = await pageOfMessages(rows, id, {
      path,
      kinds,
      limit: MESSAGES,
      offset: all.length,
    });
    all.push(...page.messages);
    if (all.length >= page.total || page.messages.length === 0) return all;
  }
};

/** Sources whose system messages are joins, leaves and notices, and not prompts. */
const hasNotices = new Set(["irc", "slack"]);

/** People become users, because the format has no role for them. */
const openaiRole = (role: string): string => (role === "person" ? "user" : role);

const asMarkdown = (row: ConversationRow, messages: readonly ShownMessage[]): string => {
  const title = row.title ?? row.channel ?? row.source_id;
  const said = messages.map(({ author, at, local_time: local, text }) => {
    const when = at === null ? local : new Date(at).toISOString();
    return `**${author}**${when === null ? "" : ` · ${when}`}\n\n${text}\n`;
  });
  return `# ${title}\n\n${said.join("\n")}\n`;
};

const write = async (rows: Rows, row: ConversationRow, format: ExportFormat): Promise<string> => {
  switch (format) {
    case "jsonl": {
      const messages = await messagesOf(rows, row, { path: "all", kinds: "all" });
      return `${JSON.stringify({ ...viewConversation(row), messages: messages.map(viewMessage) })}\n`;
    }
    case "openai": {
      const messages = await messagesOf(rows, row, { path: "main", kinds: "all" });
      // The format has system prompts and tool results, but not thinking, joins and leaves.
      const told = messages.filter(
        ({ kind, role, text }) =>
          kind !== "thinking" &&
          (kind !== "system" || (role === "system" && text !== "" && !hasNotices.has(row.source))),
      );
      return `${JSON.stringify({
        messages: told.map(({ role, author, text }) => ({
          role: openaiRole(role),
          content: text,
          ...(role === "person" ? { name: author } : {}),
        })),
        metadata: { id: row.id, title: row.title, channel: row.channel, source: row.source },
      })}\n`;
    }
    case "markdown":
      return asMarkdown(row, await messagesOf(rows, row, { path: "main", kinds: "visible" }));
  }
};

export const exportLines = async function* (
  rows: Rows,
  collection: CollectionId,
  format: ExportFormat,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  for await (const row of conversations(rows, collection))
    yield encoder.encode(await write(rows, row, format));
};
