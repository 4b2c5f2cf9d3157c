// All messages of a collection for counting what rules would do: a bounded number of bounded length, whole conversations by their ids, which are random.
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { CollectionId, ConversationId, MessageId } from "#services/domain/ids.ts";
import { erasedAmong, erasingOrigins } from "../being-erased.ts";
import { inPieces } from "../compiled.ts";
import { beyond } from "../places.ts";
import type { Rows } from "../rows.ts";
import type { ConversationRow, MessageRow } from "../tables.ts";

const CONVERSATIONS_A_PAGE = 200;
const MESSAGES_A_PAGE = 500;

export type Entry = Pick<
  MessageRow,
  "id" | "kind" | "author" | "unmasked_author" | "role" | "text" | "unmasked"
> &
  Pick<ConversationRow, "source">;

type Place = Pick<ConversationRow, "id" | "source">;

/** Where one page of entries ends: some 100 ms of looking for patterns. */
const BYTES_A_PAGE = 200_000;

/** How much is looked at. */
export interface MostLooked {
  readonly messages: number;
  /** Of their texts, in UTF-8. */
  readonly bytes: number;
}

interface Sized extends Pick<MessageRow, "id" | "position"> {
  readonly bytes: number;
}

const sizesOf = async (rows: Rows, { id }: Place, after: Sized | undefined): Promise<Sized[]> => {
  const page = await rows
    .selectFrom("messages")
    .select(["id", "position"])
    .select(sql<number>`coalesce(octet_length(unmasked), 0) + octet_length(text)`.as("bytes"))
    .where("conversation_id", "=", id)
    .$if(after !== undefined, (query) =>
      query.where(beyond(["position", "id"], ">", [after?.position ?? 0, after?.id ?? ""])),
    )
    .orderBy("position")
    .orderBy("id")
    .limit(MESSAGES_A_PAGE)
    .execute();
  return page.map((one) => ({ ...one, bytes: Number(one.bytes) }));
};

/** Neighbours, together of at most BYTES_A_PAGE; a longer one is alone. */
const shortRuns = (sizes: readonly Sized[]): Sized[][] => {
  const runs: Sized[][] = [];
  let bytes = 0;
  for (const one of sizes) {
    bytes += one.bytes;
    const run = runs.at(-1);
    if (run !== undefined && bytes <= BYTES_A_PAGE) run.push(one);
    else {
      runs.push([one]);
      bytes = one.bytes;
    }
  }
  return runs;
};

const entriesAmong = async (
  rows: Rows,
  messages: readonly MessageId[],
  { source }: Place,
): Promise<Entry[]> => {
  const found = new Map<MessageId, Entry>();
  for (const piece of inPieces(messages))
    for (const entry of await rows
      .selectFrom("messages")
      .select(["id", "kind", "author", "unmasked_author", "role", "text", "unmasked"])
      .where("id", "in", piece)
      .execute())
      found.set(entry.id, { ...entry, source });
  return messages.flatMap((id) => found.get(id) ?? []);
};

/** Sizes before texts: 500 messages may be of a megabyte each. */
const messagesOf = async function* (
  rows: Rows,
  place: Place,
): AsyncGenerator<readonly Sized[], void, undefined> {
  for (let after: Sized | undefined; ; ) {
    const page = await sizesOf(rows, place, after);
    for (const run of shortRuns(page)) {
      yield run;
      await setImmediate();
    }
    after = page.at(-1);
    if (after === undefined || page.length < MESSAGES_A_PAGE) return;
  }
};

/** Those of a run that are wanted, and how much is wanted after them. */
const wantedOf = (run: readonly Sized[], gone: ReadonlySet<string>, most: MostLooked) => {
  let { messages, bytes } = most;
  const ids: MessageId[] = [];
  for (const one of run) {
    if (messages <= 0 || bytes <= 0) break;
    if (gone.has(one.id)) continue;
    ids.push(one.id);
    messages--;
    bytes -= one.bytes;
  }
  return { ids, left: { messages, bytes } };
};

/** What is being erased is left out. Stops with the message with which `most` is reached. */
export const entriesOf = async function* (
  rows: Rows,
  collection: CollectionId,
  most: MostLooked,
): AsyncGenerator<readonly Entry[], void, undefined> {
  const erasing = await erasingOrigins(rows, collection);
  let left = most;
  for (let after: ConversationId | "" = ""; ; ) {
    const page: Place[] = await rows
      .selectFrom("conversations")
      .select(["id", "source"])
      .where("collection_id", "=", collection)
      .where("hidden", "=", 0)
      .where("id", ">", after as never)
      .orderBy("id")
      .limit(CONVERSATIONS_A_PAGE)
      .execute();
    for (const place of page)
      for await (const run of messagesOf(rows, place)) {
        const ids = run.map(({ id }) => id);
        const gone = await erasedAmong(rows, ids, erasing);
        const wanted = wantedOf(run, gone, left);
        left = wanted.left;
        yield await entriesAmong(rows, wanted.ids, place);
        if (left.messages <= 0 || left.bytes <= 0) return;
      }
    const last = page.at(-1);
    if (last === undefined || page.length < CONVERSATIONS_A_PAGE) return;
    after = last.id;
  }
};
