// States of a message: what its origins say of it, where they do not all say the same. The newest is in `messages`, the others are here.
import { nameOf, wordsOf } from "#services/domain/cleaning.ts";
import type { MessageId, OriginId } from "#services/domain/ids.ts";
import { inPieces, insertMany } from "./compiled.ts";
import { packed, unpacked } from "./raw-record.ts";
import { type Rows, runCompiled } from "./rows.ts";
import type {
  MessageContent,
  MessageOriginRow,
  MessageRow,
  MessageStateRow,
  RowsOf,
} from "./tables.ts";

/** A stored message with its current state. */
export type KnownMessage = Pick<MessageRow, "id" | "origin_id"> & MessageContent;

export const contentColumns = [
  "role",
  "kind",
  "at",
  "zone_known",
  "edited_at",
  "author",
  "unmasked_author",
  "author_id",
  "local_time",
  "model",
  "text",
  "unmasked",
  "attachments",
  "raw",
] as const satisfies readonly (keyof MessageContent)[];

export const stateColumns = [
  "message_id",
  "state",
  ...contentColumns,
] as const satisfies readonly (keyof MessageStateRow)[];

const comparedAsTheyCame: ReadonlySet<string> = new Set<keyof MessageContent>([
  "text",
  "unmasked",
  "author",
  "unmasked_author",
]);

/** Texts and names are compared as they came: what a rule has masked in one of them is no difference. */
export const sameContent = (one: MessageContent, other: MessageContent): boolean =>
  wordsOf(one) === wordsOf(other) &&
  nameOf(one) === nameOf(other) &&
  contentColumns.every((column) => comparedAsTheyCame.has(column) || one[column] === other[column]);

export const contentOf = (row: MessageContent): MessageContent =>
  Object.fromEntries(contentColumns.map((column) => [column, row[column]])) as never;

/** The other states of these messages, in the order in which they were stored. */
export const statesOf = async (
  rows: Rows,
  ids: readonly MessageId[],
): Promise<Map<MessageId, MessageStateRow[]>> => {
  const states = new Map<MessageId, MessageStateRow[]>();
  for (const piece of inPieces(ids)) {
    const { rows: found } = await runCompiled<RowsOf["message_states"]>(
      rows,
      `message states ${piece.length}`,
      (db) =>
        db
          .selectFrom("message_states")
          .select(stateColumns)
          .where("message_id", "in", piece)
          .orderBy("message_id")
          .orderBy("state"),
      piece,
    );
    for (const row of found.map(unpacked)) {
      const of = states.get(row.message_id);
      if (of) of.push(row);
      else states.set(row.message_id, [row]);
    }
  }
  return states;
};

/** An origin that says something of messages, and when the exports of their conversation were made. */
export interface Teller {
  readonly origin: OriginId;
  readonly as_of: number | null;
  readonly times: ReadonlyMap<OriginId, number | null>;
}

const order = (one: number | null | undefined, other: number | null | undefined): number =>
  one == null || other == null ? 0 : one - other;

/**
 * A different text is an edit, unless it is older than the current one: by the time of the edit, or by that of the export. Where
 * these do not tell, a text that was replaced before is an older one. What differs in nothing but the rest (an author's new name, a
 * record with more fields) replaces nothing.
 */
const isEdit = (
  current: KnownMessage,
  others: readonly MessageContent[],
  of: { readonly brought: MessageContent; readonly by: Teller },
): boolean => {
  const { brought, by } = of;
  if (wordsOf(brought) === wordsOf(current)) return false;
  // Only one of them was edited.
  if ((current.edited_at === null) !== (brought.edited_at === null))
    return brought.edited_at !== null;
  const age =
    order(brought.edited_at, current.edited_at) || order(by.as_of, by.times.get(current.origin_id));
  return age > 0 || (age === 0 && others.every((other) => wordsOf(other) !== wordsOf(brought)));
};

/** The state that is shown when the current one is gone: the one edited last; of equally old ones, the text that came last. */
export const newestOf = (states: readonly MessageStateRow[]): MessageStateRow | undefined => {
  const firstWith = new Map<string, number>();
  for (const one of states) {
    const words = wordsOf(one);
    firstWith.set(words, Math.min(firstWith.get(words) ?? one.state, one.state));
  }
  const since = (one: MessageStateRow) => firstWith.get(wordsOf(one)) ?? one.state;
  return states.toSorted(
    (a, b) => (b.edited_at ?? 0) - (a.edited_at ?? 0) || since(b) - since(a) || a.state - b.state,
  )[0];
};

/** The current state makes way: it is kept under a number, with those who brought it. */
const replace = async (
  rows: Rows,
  current: KnownMessage,
  { state, brought, origin }: { state: number; brought: MessageContent; origin: OriginId },
): Promise<void> => {
  const { id } = current;
  await rows
    .insertInto("message_states")
    .values(packed({ ...contentOf(current), message_id: id, state }))
    .execute();
  await rows
    .updateTable("message_origins")
    .set({ state })
    .where("message_id", "=", id)
    .where("state", "=", 0)
    .execute();
  await rows
    .insertInto("message_origins")
    .values({ message_id: id, origin_id: current.origin_id, state })
    .execute();
  await rows
    .updateTable("messages")
    .set(packed({ ...contentOf(brought), origin_id: origin }))
    .where("id", "=", id)
    .execute();
};

type Held = ReadonlyMap<MessageId, ReadonlySet<number>>;

const saveHeld = async (rows: Rows, origin: OriginId, held: Held): Promise<void> => {
  const there = new Set<string>();
  for (const piece of inPieces([...held.keys()]))
    for (const { message_id, state } of await rows
      .selectFrom("message_origins")
      .select(["message_id", "state"])
      .where("origin_id", "=", origin)
      .where("message_id", "in", piece)
      .execute())
      there.add(`${message_id} ${state}`);
  const all = [...held].flatMap(([message_id, states]) =>
    [...states].map((state) => ({ message_id, origin_id: origin, state })),
  );
  await insertMany(
    rows,
    "message_origins",
    ["message_id", "origin_id", "state"],
    all.filter(({ message_id, state }) => !there.has(`${message_id} ${state}`)),
  );
};

/** A state that was replaced before is the current one again: those who brought it then brought the current one. */
const unkeep = async (
  rows: Rows,
  { message_id: message, state }: MessageStateRow,
  by: OriginId,
) => {
  await rows
    .updateTable("message_origins")
    .set({ state: 0 })
    .where("message_id", "=", message)
    .where("state", "=", state)
    .execute();
  await rows
    .deleteFrom("message_states")
    .where("message_id", "=", message)
    .where("state", "=", state)
    .execute();
  // Whoever brought the current state has a row for other states only.
  await rows
    .deleteFrom("message_origins")
    .where("message_id", "=", message)
    .where("state", "=", 0)
    .where("origin_id", "=", by)
    .execute();
};

/**
 * Writes what an origin says of messages that are there already: a newer text takes the place of the current one, anything else that
 * nobody has said before is kept beside it.
 * @param told each stored message with what the origin says of it, in the origin's order; one may come twice
 * @returns the messages whose text was replaced, as they were before
 */
export const saveKnown = async <K extends KnownMessage>(
  rows: Rows,
  by: Teller,
  told: readonly { readonly stored: K; readonly brought: MessageContent }[],
): Promise<K[]> => {
  const { origin } = by;
  const differing = told.filter(({ stored, brought }) => !sameContent(stored, brought));
  const states = await statesOf(rows, [...new Set(differing.map(({ stored }) => stored.id))]);
  const now = new Map<MessageId, KnownMessage>();
  const held = new Map<MessageId, Set<number>>();
  const added: MessageStateRow[] = [];
  const changed: K[] = [];
  for (const { stored, brought } of told) {
    const { id } = stored;
    const current = now.get(id) ?? stored;
    const hold = (state: number) => held.set(id, (held.get(id) ?? new Set()).add(state));
    if (sameContent(current, brought)) {
      if (current.origin_id !== origin) hold(0);
      continue;
    }
    // A session may send the same words again with another record; that is still what it said.
    if (current.origin_id === origin && wordsOf(current) === wordsOf(brought)) continue;
    const others = states.get(id) ?? [];
    const known = others.find((other) => sameContent(other, brought));
    const edits = isEdit(current, others, { brought, by });
    if (known && !edits) {
      hold(known.state);
      continue;
    }
    const state = (others.at(-1)?.state ?? 0) + 1;
    const beside = edits ? current : brought;
    const row = { ...contentOf(beside), message_id: id, state };
    states.set(id, [...others.filter((other) => other !== known), row]);
    if (beside === brought) {
      added.push(row);
      hold(state);
      continue;
    }
    await replace(rows, current, { state, brought, origin });
    if (known) {
      await unkeep(rows, known, origin);
      held.get(id)?.delete(known.state);
    }
    if (held.get(id)?.delete(0)) hold(state);
    now.set(id, { ...contentOf(brought), id, origin_id: origin });
    changed.push(stored);
  }
  await insertMany(rows, "message_states", stateColumns, added.map(packed));
  await saveHeld(rows, origin, held);
  return changed;
};

/** Who brought these messages beside the origin in their rows, and which state each has. */
export const otherOriginsOf = async (rows: Rows, ids: readonly MessageId[]) => {
  const held = new Map<MessageId, MessageOriginRow[]>();
  for (const piece of inPieces(ids))
    for (const row of await rows
      .selectFrom("message_origins")
      .select(["message_id", "origin_id", "state"])
      .where("message_id", "in", piece)
      .execute())
      held.set(row.message_id, [...(held.get(row.message_id) ?? []), row]);
  return held;
};
