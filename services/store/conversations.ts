// Conversations for reading: lists with cursors, a conversation with a page of its messages on a path, a message's raw record.
import { type ExpressionBuilder, sql } from "kysely";
import { badCursor } from "#services/domain/bad-cursor.ts";
import { hiddenKinds } from "#services/domain/conversation.ts";
import type { CollectionId, ConversationId, MessageId, OriginId } from "#services/domain/ids.ts";
import { erasedAmong, erasedIn, erasingOrigins, holdsMore, withoutErased } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import { beyond, contains } from "./places.ts";
import { unpacked } from "./raw-record.ts";
import type { Rows } from "./rows.ts";
import type { ConversationRow, MessageRow, RowsOf, Tables } from "./tables.ts";

export type ConversationSort = "newest" | "oldest" | "longest";

export interface ConversationListing {
  readonly collection: CollectionId;
  /** Words in the title or channel. */
  readonly title?: string | undefined;
  readonly source?: string | undefined;
  readonly sort: ConversationSort;
  readonly limit: number;
  /** The value of `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface ConversationListPage {
  readonly conversations: readonly ConversationRow[];
  /** Conversations with a counted message, and those without one. */
  readonly total: number;
  readonly empty: number;
  readonly next: string | null;
}

/** Undated conversations come last in both directions. */
const UNDATED = { newest: -8.64e15, oldest: 8.64e15 } as const;

const matching =
  ({ title, source, collection }: ConversationListing, erasing: readonly OriginId[]) =>
  (test: ExpressionBuilder<Tables & { v: ConversationRow }, "v">) => {
    const words = (title ?? "").split(/\s+/).filter((word) => word !== "");
    const titled = words.length > 0 && erasing.length > 0;
    return test.and([
      test("v.collection_id", "=", collection),
      test("v.hidden", "=", 0),
      ...(source === undefined ? [] : [test("v.source", "=", source)]),
      ...words.map((word) => test.or([contains("v.title", word), contains("v.channel", word)])),
      // A title that is being erased finds nothing.
      ...(titled ? [test("v.origin_id", "not in", erasing)] : []),
      ...(erasing.length === 0 ? [] : [holdsMore(erasing)(test)]),
    ]);
  };

/**
 * A cursor holds the list's order and the sort value and id of the last row shown.
 * @throws ParlanceError rejected `bad-cursor`
 */
const readCursor = (cursor: string, sort: ConversationSort): { value: number; id: string } => {
  const [, order, value, id] = /^(\w+)~(-?\d+)~(\w+)$/.exec(cursor) ?? [];
  if (order !== sort || value === undefined || id === undefined) throw badCursor();
  return { value: Number(value), id };
};

/**
 * One page, and the numbers of all. Conversations without a time, as those without a counted message, come last.
 * @throws ParlanceError rejected `bad-cursor`
 */
export const listConversations = async (
  rows: Rows,
  listing: ConversationListing,
): Promise<ConversationListPage> => {
  const { sort, limit } = listing;
  const column = sort === "longest" ? "message_count" : "last_at";
  const direction = sort === "oldest" ? "asc" : "desc";
  const after = listing.cursor === undefined ? undefined : readCursor(listing.cursor, sort);
  const erasing = await erasingOrigins(rows, listing.collection);
  const beyond = direction === "asc" ? ">" : "<";
  const undated = sort === "oldest" ? UNDATED.oldest : UNDATED.newest;
  const [page, counted] = await Promise.all([
    rows
      .selectFrom("conversations as v")
      .selectAll("v")
      .where(matching(listing, erasing))
      .$if(after !== undefined, (query) =>
        query.where((test) => {
          const { value, id } = after ?? { value: 0, id: "" };
          const same = test.and([
            value === undated ? test(column, "is", null) : test(column, "=", value),
            test("id", beyond, id as never),
          ]);
          if (value === undated) return same;
          // Undated rows come last in both directions, after every dated one.
          return test.or([test(column, beyond, value), test(column, "is", null), same]);
        }),
      )
      .$if(sort === "oldest", (query) =>
        // Without this they would come first in ascending order, because null is the smallest value.
        query.orderBy((order) => order.case().when("last_at", "is", null).then(1).else(0).end()),
      )
      .orderBy(column, (order) => (direction === "asc" ? order.asc() : order.desc().nullsLast()))
      .orderBy("id", direction)
      .limit(limit + 1)
      .execute(),
    rows
      .selectFrom("conversations as v")
      .select((make) => [
        make.fn.countAll<number>().as("all"),
        sql<number>`sum(case when v.message_count > 0 then 1 else 0 end)`.as("total"),
      ])
      .where(matching(listing, erasing))
      .executeTakeFirst(),
  ]);
  const shown = page.slice(0, limit);
  const last = shown.at(-1);
  return {
    conversations: await withoutErased(rows, shown, erasing),
    total: Number(counted?.total ?? 0),
    empty: Number(counted?.all ?? 0) - Number(counted?.total ?? 0),
    next: page.length > limit && last ? `${sort}~${last[column] ?? undated}~${last.id}` : null,
  };
};

/** A message that is not being erased. */
export const findShownMessage = async (
  rows: Rows,
  id: MessageId,
): Promise<MessageRow | undefined> => {
  const row = await findMessage(rows, id);
  if (!row) return undefined;
  const erasing = await erasingOrigins(rows, row.collection_id);
  return (await erasedAmong(rows, [id], erasing)).has(id) ? undefined : row;
};

export const findMessage = async (rows: Rows, id: MessageId): Promise<MessageRow | undefined> => {
  const row = await rows.selectFrom("messages").selectAll().where("id", "=", id).executeTakeFirst();
  return row && unpacked(row);
};

/** The data of a message as shown: without its raw record, and without where it belongs. */
export type ShownMessage = Omit<
  MessageRow,
  "raw" | "unmasked" | "unmasked_author" | "collection_id" | "conversation_id" | "origin_id"
> & {
  /** Ids of all messages with the same parent, in order, itself included; empty where the conversation is no tree. */
  readonly siblings: readonly MessageId[];
};

export interface MessagePage {
  readonly messages: readonly ShownMessage[];
  /** Number of all messages on this path, and the place of the first one shown. */
  readonly total: number;
  readonly offset: number;
  /** Messages of these kinds that the newest export does not have any more, shown or not. */
  readonly gone: number;
}

export interface MessagePageQuery {
  readonly path: "main" | "all";
  /** The path from the root through this message and down its main continuation, instead of `path`. */
  readonly leaf?: MessageId | undefined;
  /** Centres the page on this message, or gives the last page. */
  readonly around?: MessageId | "last" | undefined;
  readonly kinds: "visible" | "all";
  /** Whether messages that the newest export does not have any more are shown, each in its place. */
  readonly gone: "hide" | "show";
  readonly limit: number;
  /** Where to start, counted along the path; ignored with `around`. */
  readonly offset?: number | undefined;
}

type Node = Pick<MessageRow, "id" | "parent_id" | "on_main_path" | "gone" | "kind" | "position">;

/** From the root down to a message, then along main children; where none is on the main path, along the last child. */
export const pathThrough = (nodes: readonly Node[], leaf: MessageId): Node[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = new Map<string, Node[]>();
  for (const node of nodes)
    if (node.parent_id !== null) {
      const siblings = children.get(node.parent_id);
      if (siblings) siblings.push(node);
      else children.set(node.parent_id, [node]);
    }
  const path: Node[] = [];
  const seen = new Set<string>();
  for (let at = byId.get(leaf); at && !seen.has(at.id); ) {
    seen.add(at.id);
    path.push(at);
    at = at.parent_id === null ? undefined : byId.get(at.parent_id);
  }
  path.reverse();
  for (let at = path.at(-1); at; ) {
    const next: readonly Node[] = children.get(at.id) ?? [];
    at = next.find((node) => node.on_main_path === 1) ?? next.at(-1);
    if (!at || seen.has(at.id)) break;
    seen.add(at.id);
    path.push(at);
  }
  return path;
};

const nodesOf = (rows: Rows, conversation: ConversationId): Promise<Node[]> =>
  rows
    .selectFrom("messages")
    .select(["id", "parent_id", "on_main_path", "gone", "kind", "position"])
    .where("conversation_id", "=", conversation)
    .orderBy("position")
    .orderBy("id")
    .execute();

/** The ids of all messages with the same parents as these, in order, by parent. */
export const childrenOf = async (
  rows: Rows,
  messages: readonly Pick<MessageRow, "parent_id">[],
  gone: "hide" | "show",
): Promise<ReadonlyMap<string, readonly MessageId[]>> => {
  const parents = [...new Set(messages.map((message) => message.parent_id))].filter(
    (id) => id !== null,
  );
  const byParent = new Map<string, MessageId[]>(parents.map((id) => [id, []]));
  for (const piece of inPieces(parents))
    for (const { id, parent_id } of await rows
      .selectFrom("messages")
      .select(["id", "parent_id"])
      .where("parent_id", "in", piece)
      .$if(gone === "hide", (query) => query.where("gone", "=", 0))
      .orderBy("position")
      .orderBy("id")
      .execute())
      byParent.get(parent_id ?? "")?.push(id);
  return byParent;
};

/** A message that is asked for by its id is shown in any case, with its path. */
const pathOf = (all: readonly Node[], { leaf, path, around, gone }: MessagePageQuery): Node[] => {
  const shows = (node: Node) => node.gone === 0 || gone === "show";
  if (leaf !== undefined) {
    const isGone = all.some((node) => node.id === leaf && node.gone === 1);
    return pathThrough(isGone ? all : all.filter(shows), leaf);
  }
  return all.filter(
    (node) =>
      node.id === around ||
      (shows(node) && (path === "all" || node.on_main_path === 1 || node.gone === 1)),
  );
};

/** The messages of a path in a conversation that is asked for without a leaf: which are shown is a condition on each by itself. */
const onPath = (
  rows: Rows,
  conversation: ConversationId,
  { path, kinds, around, gone }: MessagePageQuery,
) =>
  rows
    .selectFrom("messages")
    .where("conversation_id", "=", conversation)
    .where((test) =>
      test.or([
        ...(around === undefined || around === "last" ? [] : [test("id", "=", around)]),
        test.and([
          ...(gone === "show" ? [] : [test("gone", "=", 0)]),
          ...(path === "main"
            ? [test.or([test("on_main_path", "=", 1), test("gone", "=", 1)])]
            : []),
          ...(kinds === "visible" ? [test("kind", "not in", hiddenKinds)] : []),
        ]),
      ]),
    );

interface PageIds {
  readonly ids: MessageId[];
  readonly total: number;
  readonly offset: number;
  /** Messages of the conversation that the newest export does not have any more. */
  readonly gone: number;
}

/** A page that is counted and read by the database, so that a conversation of a million messages is not held for it. */
const plainPage = async (
  rows: Rows,
  conversation: ConversationId,
  query: MessagePageQuery,
): Promise<PageIds> => {
  const shown = () => onPath(rows, conversation, query);
  const counted = async (from: ReturnType<typeof shown>) =>
    Number(
      (await from.select((make) => make.fn.countAll<number>().as("count")).executeTakeFirst())
        ?.count ?? 0,
    );
  const total = await counted(shown());
  const { around } = query;
  const centre = around && around !== "last" ? await findMessage(rows, around) : undefined;
  let wanted = around === "last" ? total - query.limit : (query.offset ?? 0);
  if (centre?.conversation_id === conversation) {
    const { position, id } = centre;
    const before = shown().where(beyond(["position", "id"], "<", [position, id]));
    wanted = (await counted(before)) - Math.floor(query.limit / 2);
  }
  const offset = Math.max(0, Math.min(wanted, total - 1));
  const page = await shown()
    .select("id")
    .orderBy("position")
    .orderBy("id")
    .limit(query.limit)
    .offset(offset)
    .execute();
  const { kinds } = query;
  const gone = onPath(rows, conversation, { ...query, path: "all", kinds, gone: "show" });
  return {
    ids: page.map(({ id }) => id),
    total,
    offset,
    gone: await counted(gone.where("gone", "=", 1)),
  };
};

/** A page of the path through a leaf, or of a conversation from which something is being erased: all its ids are read for that. */
const pathPage = async (
  rows: Rows,
  conversation: ConversationId,
  query: MessagePageQuery,
  erased: ReadonlySet<string>,
): Promise<PageIds> => {
  const all = (await nodesOf(rows, conversation)).filter(({ id }) => !erased.has(id));
  const hidden = new Set<string>(query.kinds === "all" ? [] : hiddenKinds);
  const shown = pathOf(all, query).filter(
    (node) => !hidden.has(node.kind) || node.id === query.around,
  );
  const { around, limit } = query;
  const centre = around ? shown.findIndex((node) => node.id === around) : -1;
  const start = around === "last" ? shown.length - limit : (query.offset ?? 0);
  const wanted = centre >= 0 ? centre - Math.floor(limit / 2) : start;
  const offset = Math.max(0, Math.min(wanted, shown.length - 1));
  const ids = shown.slice(offset, offset + limit).map((node) => node.id);
  return {
    ids,
    total: shown.length,
    offset,
    gone: all.filter((node) => node.gone === 1 && !hidden.has(node.kind)).length,
  };
};

/** One page of a conversation's messages, from any place. */
export const pageOfMessages = async (
  rows: Rows,
  conversation: ConversationId,
  query: MessagePageQuery,
): Promise<MessagePage> => {
  const erased = await erasedIn(rows, [conversation], await erasingOrigins(rows));
  const { ids, total, offset, gone } =
    query.leaf === undefined && erased.size === 0
      ? await plainPage(rows, conversation, query)
      : await pathPage(rows, conversation, query, erased);
  const byId = new Map<string, RowsOf["messages"]>();
  for (const piece of inPieces(ids))
    for (const message of await rows
      .selectFrom("messages")
      .selectAll()
      .where("id", "in", piece)
      .execute())
      byId.set(message.id, message);
  const page = ids.map((id) => byId.get(id)).filter((message) => message !== undefined);
  const children = await childrenOf(rows, page, query.gone);
  return {
    messages: page.map(
      ({ raw: _raw, unmasked: _unmasked, unmasked_author: _name, ...message }) => ({
        ...message,
        siblings: (children.get(message.parent_id ?? "") ?? []).filter((id) => !erased.has(id)),
      }),
    ),
    total,
    offset,
    gone,
  };
};
