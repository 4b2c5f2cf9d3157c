// Conversations over HTTP: list, read a page of one on a path, one message's raw record, everything as a stream.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  conversationList,
  conversationListQuery,
  conversationPage,
  conversationQuery,
  rawRecord,
} from "#services/contract/conversations.ts";
import { badCursor } from "#services/domain/bad-cursor.ts";
import {
  type ConversationId,
  type MessageId,
  readConversationId,
  readMessageId,
} from "#services/domain/ids.ts";
import { noPeople } from "#services/domain/people.ts";
import {
  attachmentsOf,
  type ConversationRow,
  collectionOf,
  findCollection,
  findMergedConversation,
  findShownConversation,
  findShownMessage,
  listConversations,
  mergedInto,
  pageOfMessages,
  type Rows,
  shownAs,
} from "#services/store/store.ts";
import {
  exportFormats,
  exportLines,
  notesOn,
  readPeople,
  readShowId,
  viewConversation,
  viewMessage,
} from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  type ScopedParts,
  unknown,
} from "../api-app.ts";
import { downloadHeaders } from "../disposition.ts";
import { requireOriginals } from "../originals.ts";
import { fromZod } from "../problem.ts";
import { streamAnswer } from "../stream.ts";

const params = z.object({ id: z.string() });
const tags = ["Conversations"];
const exportQuery = z.object({
  format: z.enum(exportFormats).default("jsonl"),
  original: z.enum(["true", "false"]).optional().meta({
    description:
      "true: texts as they came, without the marks of the collection's cleaning rules. For whoever manages the collection.",
  }),
});

/** Pages are counted along the path: `o` and the place. */
const readOffset = (cursor: string | undefined): number | undefined => {
  if (cursor === undefined) return undefined;
  const place = /^o(\d{1,9})$/u.exec(cursor)?.[1];
  if (place === undefined) throw badCursor();
  return Number(place);
};

const messageIn = (text: string | undefined) => {
  const id = text === undefined ? undefined : readMessageId(text);
  if (text !== undefined && id === undefined) throw unknown("message");
  return id;
};

/** A message by its id; of a conversation that is merged, the one that it is shown as. */
const shownIn = async (rows: Rows, text: string | undefined): Promise<MessageId | undefined> => {
  const id = messageIn(text);
  return id && ((await shownAs(rows, id)) ?? id);
};

/**
 * What is shown of a conversation: of one that is merged with others, all of them together. A link to one shows what it was made for,
 * and not what others have brought.
 */
const findInPath = async (
  { store: { rows }, scope }: ScopedParts["parlance"],
  id: ConversationId,
): Promise<ConversationRow | undefined> => {
  const row = await findShownConversation(rows, id);
  if (row !== undefined) return row;
  if (scope.caller.kind === "share") return findMergedConversation(rows, id);
  const merged = await mergedInto(rows, id);
  return merged && findShownConversation(rows, merged);
};

export const conversationRoutes = (app: ApiApp, parts: ApiParts): void => {
  const conversationOfPath = async (
    { parlance }: ScopedParts,
    text: string,
  ): Promise<ConversationRow> => {
    const { rows } = parlance.store;
    const id = readConversationId(text);
    const row = id && (await findInPath(parlance, id));
    if (!row || (await collectionOf(rows, row.id)) === undefined) throw unknown("conversation");
    return row;
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/conversations",
      summary: "List a collection's conversations",
      tags,
      request: { params, query: conversationListQuery },
      responses: answers(200, conversationList, "A page of conversations"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      const page = await listConversations(scoped.parlance.store.rows, {
        collection: id,
        ...c.req.valid("query"),
      });
      const people = await readPeople(scoped.parlance.store.rows, id);
      const showId = await readShowId(scoped.parlance.store.rows, id);
      return c.json(
        {
          conversations: page.conversations.map((one) => viewConversation(one, { people, showId })),
          total: page.total,
          empty: page.empty,
          nextCursor: page.next,
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/conversations/{id}",
      summary:
        "A page of a conversation: its main path, everything, or the path through one message",
      tags,
      request: { params, query: conversationQuery },
      responses: answers(200, conversationPage, "Messages in reading order"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await conversationOfPath(scoped, c.req.valid("param").id);
      const query = c.req.valid("query");
      const { rows } = scoped.parlance.store;
      const placed = async (text: string | undefined) =>
        scoped.parlance.scope.caller.kind === "share" ? messageIn(text) : shownIn(rows, text);
      const page = await pageOfMessages(rows, row.id, {
        path: query.path,
        kinds: query.kinds,
        gone: query.gone,
        limit: query.limit,
        leaf: await placed(query.leaf),
        around: query.around === "last" ? "last" : await placed(query.around),
        offset: readOffset(query.cursor),
      });
      const { store, scope } = scoped.parlance;
      // A link tells what was written, not whose names belong together.
      const people =
        scope.caller.kind === "share" ? noPeople : await readPeople(store.rows, row.collection_id);
      const ids = page.messages.map((one) => one.id);
      const attachments = await attachmentsOf(store.rows, row.collection_id, ids);
      const showId = await readShowId(store.rows, row.collection_id);
      const context = { source: row.source, people, showId, attachments };
      const notes = await notesOn(store.rows, row.collection_id, page.messages);
      const end = page.offset + page.messages.length;
      return c.json(
        {
          conversation: viewConversation(row, context),
          messages: page.messages.map((one) => ({ ...viewMessage(one, context), ...notes(one) })),
          total: page.total,
          offset: page.offset,
          gone: page.gone,
          previousCursor: page.offset > 0 ? `o${Math.max(0, page.offset - query.limit)}` : null,
          nextCursor: end < page.total ? `o${end}` : null,
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/messages/{id}/raw",
      summary: "The record of a message as it stood in the file",
      tags,
      request: { params },
      responses: answers(200, rawRecord, "JSON text or the log's line"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const id = readMessageId(c.req.valid("param").id);
      const row = id && (await findShownMessage(scoped.parlance.store.rows, id));
      if (
        !row ||
        (await findCollection(scoped.parlance.store.rows, row.collection_id)) === undefined
      )
        throw unknown("message");
      await requireOriginals(scoped, row.collection_id);
      return c.json({ message: row.id, raw: row.raw }, 200);
    },
  );

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/collections/{id}/export",
    summary: "All conversations as one stream",
    description:
      "jsonl: everything, a conversation a line; openai: `messages`, a conversation a line; markdown: to read.",
    tags,
    request: { params, query: exportQuery },
    responses: {
      200: {
        description: "A download",
        content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
      },
    },
  });
  app.get("/api/v1/collections/:id/export", async (c) => {
    const scoped = parts.within(c);
    const row = await collectionOfPath(scoped, c.req.param("id"));
    const query = exportQuery.safeParse({
      format: c.req.query("format"),
      original: c.req.query("original"),
    });
    if (!query.success) throw fromZod(query.error, "query");
    const { format } = query.data;
    const asItCame = query.data.original === "true";
    if (asItCame) await requireOriginals(scoped, row.id);
    const name = `${row.name}.${format === "markdown" ? "md" : "jsonl"}`;
    return streamAnswer(c, parts, {
      headers: downloadHeaders(name),
      bytes: () => exportLines(scoped.parlance.store.rows, row.id, { format, asItCame }),
    });
  });
};
