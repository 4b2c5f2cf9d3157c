// Messages of a merged conversation: copies of those of the conversations in it, with all uploads that brought any of the same ones.
import { type Cleaner, nameOf, wordsOf } from "#services/domain/cleaning.ts";
import {
  attachmentId,
  type CollectionId,
  type ConversationId,
  type MessageId,
  messageIdBySource,
} from "#services/domain/ids.ts";
import { attachmentColumns, attachmentRowsOf } from "../attachments.ts";
import { cleanPart } from "../cleaning/clean-part.ts";
import {
  type FoundIn,
  forgetFindings,
  insertFindings,
  refusedAmong,
} from "../cleaning/findings.ts";
import { cleaningOf } from "../cleaning/rules.ts";
import { inPieces, insertMany } from "../compiled.ts";
import { digest } from "../digest.ts";
import { messageColumns } from "../ingest.ts";
import type { MergedMessageRow } from "../merged-tables.ts";
import { otherOriginsOf } from "../message-states.ts";
import { packed, unpacked } from "../raw-record.ts";
import type { Rows } from "../rows.ts";
import type { AttachmentRow, MessageOriginRow, MessageRow } from "../tables.ts";

/** A message of the merged conversation that is to be there. */
export interface Wanted {
  readonly id: MessageId;
  /** The same message in the conversations that have it, the one that is shown first. */
  readonly of: readonly MessageId[];
  readonly position: number;
  readonly at: number | null;
  /** As it came. */
  readonly author: string;
}

/** The id of what is shown of a message follows from it, so that links to it last. */
export const shownIdOf = (merged: ConversationId, lead: MessageId): MessageId =>
  messageIdBySource(digest, merged, lead);

/** What is to be in the rows for some messages. */
export interface Copies {
  readonly messages: readonly MessageRow[];
  readonly origins: readonly MessageOriginRow[];
  readonly files: readonly AttachmentRow[];
  readonly shown: readonly MergedMessageRow[];
  /** Of messages that were refused: their words are gone, so that nothing is found in them again. */
  readonly refused: readonly FoundIn[];
}

export interface Into {
  readonly merged: ConversationId;
  readonly collection: CollectionId;
  /** As which message each one is shown. */
  readonly shownIds: ReadonlyMap<string, MessageId>;
}

const readMessages = async (rows: Rows, ids: readonly MessageId[]) => {
  const found = new Map<MessageId, MessageRow>();
  for (const piece of inPieces(ids))
    for (const row of await rows
      .selectFrom("messages")
      .select(messageColumns)
      .where("id", "in", piece)
      .execute())
      found.set(row.id, unpacked(row));
  return found;
};

/** Who brought a copy beside the origin in its row: state 0 says the same words as are shown, others say something else. */
const originsOf = (
  copy: MessageRow,
  of: readonly MessageRow[],
  held: ReadonlyMap<MessageId, readonly MessageOriginRow[]>,
): MessageOriginRow[] => {
  const states = new Map<string, MessageOriginRow>();
  const words = wordsOf(copy);
  for (const [place, message] of of.entries()) {
    const current = place === 0 || wordsOf(message) === words ? 0 : 1;
    const own = { origin_id: message.origin_id, state: 0 };
    for (const { origin_id, state } of [own, ...(held.get(message.id) ?? [])]) {
      const now = state === 0 ? current : 1;
      if (origin_id !== copy.origin_id || now !== 0)
        states.set(`${origin_id} ${now}`, { message_id: copy.id, origin_id, state: now });
    }
  }
  return [...states.values()];
};

const filesOf = (
  copy: MessageRow,
  of: readonly MessageRow[],
  kept: ReadonlyMap<MessageId, readonly AttachmentRow[]>,
): { readonly attachments: string | null; readonly files: AttachmentRow[] } => {
  const holder = of.find(({ id }) => (kept.get(id) ?? []).length > 0) ?? of[0];
  const files = (holder && kept.get(holder.id)) ?? [];
  return {
    attachments: holder?.attachments ?? null,
    files: files.map((file) => {
      const { upload_id: upload, place } = file;
      const message = copy.id;
      return { ...file, id: attachmentId(digest, { upload, message, place }), message_id: message };
    }),
  };
};

const copyOf = (wanted: Wanted, of: readonly MessageRow[], into: Into): MessageRow | undefined => {
  const [lead] = of;
  if (lead === undefined) return undefined;
  const isThere = of.some(({ gone }) => gone === 0);
  const reply = of.map(({ reply_to_id: id }) => id && into.shownIds.get(id)).find((id) => id);
  return {
    ...lead,
    id: wanted.id,
    collection_id: into.collection,
    conversation_id: into.merged,
    parent_id: null,
    reply_to_id: reply ?? null,
    on_main_path: of.some(({ on_main_path }) => on_main_path === 1) ? 1 : 0,
    gone: isThere ? 0 : 1,
    position: wanted.position,
    at: wanted.at,
    // As it is written in the log it is another clock's.
    local_time: wanted.at === lead.at ? lead.local_time : null,
    // As it came: the rules of now mask it where it is saved.
    author: wanted.author,
    unmasked_author: null,
    author_id: wanted.author === nameOf(lead) ? lead.author_id : null,
  };
};

/** What is to be there of some messages; those that are not there any more are left out. */
export const readCopies = async (
  rows: Rows,
  some: readonly Wanted[],
  into: Into,
): Promise<Copies> => {
  const ids = some.flatMap(({ of }) => of);
  const messages = await readMessages(rows, ids);
  const held = await otherOriginsOf(rows, ids);
  const kept = await attachmentRowsOf(rows, ids);
  const refusals = await refusedAmong(rows, ids);
  const copies = {
    messages: [] as MessageRow[],
    origins: [] as MessageOriginRow[],
    files: [] as AttachmentRow[],
    shown: [] as MergedMessageRow[],
    refused: [] as FoundIn[],
  };
  for (const wanted of some) {
    const of = wanted.of.flatMap((id) => messages.get(id) ?? []);
    const copy = copyOf(wanted, of, into);
    const [lead] = of;
    if (copy === undefined || lead === undefined) continue;
    const { attachments, files } = filesOf(copy, of, kept);
    const message = { ...copy, attachments };
    copies.messages.push(message);
    copies.origins.push(...originsOf(copy, of, held));
    copies.files.push(...files);
    for (const { id } of of)
      copies.shown.push({
        message_id: id,
        collection_id: into.collection,
        merged_id: into.merged,
        shown_id: wanted.id,
      });
    const findings = refusals.get(lead.id);
    if (findings && wordsOf(lead) === "") copies.refused.push({ message, findings });
  }
  return copies;
};

const isSame = (one: MessageRow, other: MessageRow): boolean =>
  messageColumns.every((column) => one[column] === other[column]);

/** Writes rows that belong to these messages where they are not as they are to be. */
const replaceRows = async <R>(
  wanted: readonly R[],
  stored: readonly R[],
  write: () => Promise<void>,
): Promise<void> => {
  const written = (all: readonly R[]) =>
    all
      .map((one) => JSON.stringify(Object.entries(one as object).sort()))
      .sort()
      .join("\n");
  if (written(wanted) !== written(stored)) await write();
};

const saveBeside = async (rows: Rows, copies: Copies): Promise<void> => {
  const ids = copies.messages.map(({ id }) => id);
  const origins = [...(await otherOriginsOf(rows, ids)).values()].flat();
  await replaceRows(copies.origins, origins, async () => {
    for (const piece of inPieces(ids))
      await rows.deleteFrom("message_origins").where("message_id", "in", piece).execute();
    await insertMany(rows, "message_origins", ["message_id", "origin_id", "state"], copies.origins);
  });
  const files = [...(await attachmentRowsOf(rows, ids)).values()].flat();
  await replaceRows(copies.files, files, async () => {
    for (const piece of inPieces(ids))
      await rows.deleteFrom("attachments").where("message_id", "in", piece).execute();
    await insertMany(rows, "attachments", attachmentColumns, copies.files);
  });
  const members = copies.shown.map(({ message_id }) => message_id);
  const shown: MergedMessageRow[] = [];
  for (const piece of inPieces(members))
    for (const row of await rows
      .selectFrom("merged_messages")
      .select(["message_id", "collection_id", "merged_id", "shown_id"])
      .where("message_id", "in", piece)
      .execute())
      shown.push(row);
  await replaceRows(copies.shown, shown, async () => {
    for (const piece of inPieces(members))
      await rows.deleteFrom("merged_messages").where("message_id", "in", piece).execute();
    await insertMany(
      rows,
      "merged_messages",
      ["message_id", "collection_id", "merged_id", "shown_id"],
      copies.shown,
    );
  });
};

/**
 * In a transaction: what is to be there, cleaned by the collection's rules of now. What is as it is to be is not written.
 * @returns messages that were there, and say something else now or are somebody else's
 */
export const saveCopies = async (
  rows: Rows,
  copies: Copies,
  { collection }: Into,
  cleaner: Cleaner,
): Promise<ReadonlySet<MessageId>> => {
  const part = cleanPart(
    { conversation: { title: null, channel: null, raw: null }, messages: copies.messages },
    await cleaningOf(rows, collection),
    cleaner,
  );
  const known = await readMessages(
    rows,
    part.messages.map(({ id }) => id),
  );
  const fresh: MessageRow[] = [];
  const changed: MessageRow[] = [];
  const reworded = new Set<MessageId>();
  for (const message of part.messages) {
    const before = known.get(message.id);
    if (before === undefined) fresh.push(message);
    else if (!isSame(before, message)) {
      changed.push(message);
      if (before.text !== message.text || before.author !== message.author)
        reworded.add(message.id);
    }
  }
  await insertMany(rows, "messages", messageColumns, fresh.map(packed));
  for (const { id, ...row } of changed)
    await rows.updateTable("messages").set(packed(row)).where("id", "=", id).execute();
  const written = [...fresh, ...changed];
  const ids = new Set(written.map(({ id }) => id));
  await forgetFindings(
    rows,
    changed.map(({ id }) => id),
  );
  await insertFindings(rows, [
    ...part.foundIn(written),
    ...copies.refused.filter(({ message }) => ids.has(message.id)),
  ]);
  await saveBeside(rows, copies);
  return reworded;
};
