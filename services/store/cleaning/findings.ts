// What the cleaning rules found in messages: written with them, counted by kind, listed for the report.
import { type FoundCount, foundCount } from "#services/contract/cleaning.ts";
import { type Finding, type FoundKind, foundKinds } from "#services/domain/cleaning.ts";
import type { CollectionId, MessageId } from "#services/domain/ids.ts";
import { erasedAmong, erasingOrigins } from "../being-erased.ts";
import { inPieces, insertMany } from "../compiled.ts";
import { beyond } from "../places.ts";
import type { Rows } from "../rows.ts";
import type { FindingRow, MessageRow } from "../tables.ts";

const columns = [
  "message_id",
  "kind",
  "collection_id",
  "conversation_id",
  "action",
  "places",
  "shown",
] as const satisfies readonly (keyof FindingRow)[];

type Owner = Pick<MessageRow, "id" | "collection_id" | "conversation_id">;

export interface FoundIn {
  readonly message: Owner;
  readonly findings: readonly Finding[];
}

/** Whether the message was refused for what was found in it. */
export const isRefusal = ({ findings }: Pick<FoundIn, "findings">): boolean =>
  findings.some(({ action }) => action === "refuse");

export const forgetFindings = async (rows: Rows, messages: readonly MessageId[]): Promise<void> => {
  for (const piece of inPieces(messages))
    await rows.deleteFrom("findings").where("message_id", "in", piece).execute();
};

/** Of messages of which nothing is written yet. */
export const insertFindings = (rows: Rows, all: readonly FoundIn[]): Promise<void> =>
  insertMany(
    rows,
    "findings",
    columns,
    all.flatMap(({ message, findings }) =>
      findings.map(({ kind, action, places, shown }) => ({
        message_id: message.id,
        kind,
        collection_id: message.collection_id,
        conversation_id: message.conversation_id,
        action,
        places,
        shown: JSON.stringify(shown),
      })),
    ),
  );

const inOrder = (counts: readonly FoundCount[]): FoundCount[] =>
  counts.toSorted((a, b) => foundKinds.indexOf(a.kind) - foundKinds.indexOf(b.kind));

/** As `uploads.cleaned` has them. */
export const foundBy = (cleaned: string | null): FoundCount[] =>
  cleaned === null ? [] : foundCount.array().parse(JSON.parse(cleaned));

/** Counts by kind and action. */
export const openFoundCounts = (before: readonly FoundCount[] = []) => {
  const counts = new Map(before.map((one) => [`${one.kind} ${one.action}`, one]));
  return {
    add: (findings: readonly Finding[]): void => {
      for (const { kind, action, places } of findings) {
        const key = `${kind} ${action}`;
        const known = counts.get(key) ?? { kind, action, places: 0, messages: 0 };
        counts.set(key, {
          ...known,
          places: known.places + places,
          messages: known.messages + 1,
        });
      }
    },
    read: (): FoundCount[] => inOrder([...counts.values()]),
  };
};

/** What was found in the messages of a collection as they are shown. */
export const foundIn = async (rows: Rows, collection: CollectionId): Promise<FoundCount[]> => {
  const counts = await rows
    .selectFrom("findings as f")
    .innerJoin("conversations as v", "v.id", "f.conversation_id")
    .select(["f.kind", "f.action"])
    .select((make) => [
      make.fn.sum<number>("f.places").as("places"),
      make.fn.countAll<number>().as("messages"),
    ])
    .where("f.collection_id", "=", collection)
    .where("v.hidden", "=", 0)
    .groupBy(["f.kind", "f.action"])
    .execute();
  return inOrder(
    counts.map(({ places, messages, ...one }) => ({
      ...one,
      places: Number(places),
      messages: Number(messages),
    })),
  );
};

/** Those of these messages that were refused, and what was found in them. */
export const refusedAmong = async (
  rows: Rows,
  messages: readonly MessageId[],
): Promise<Map<MessageId, Finding[]>> => {
  const found = new Map<MessageId, Finding[]>();
  const refused = new Map<MessageId, Finding[]>();
  for (const piece of inPieces(messages))
    for (const { message_id: id, kind, action, places, shown } of await rows
      .selectFrom("findings")
      .select(["message_id", "kind", "action", "places", "shown"])
      .where("message_id", "in", [...new Set(piece)])
      .orderBy("message_id")
      .orderBy("kind")
      .execute()) {
      const finding = { kind, action, places, shown: JSON.parse(shown) as string[] };
      found.set(id, [...(found.get(id) ?? []), finding]);
    }
  for (const [id, findings] of found) if (isRefusal({ findings })) refused.set(id, findings);
  return refused;
};

export interface FindingPlace {
  readonly message: MessageId;
  readonly kind: FoundKind;
}

export type ListedFinding = Omit<FindingRow, "collection_id"> &
  Pick<MessageRow, "author" | "at"> & { readonly title: string | null };

/** In the order of the messages' ids, after a place. */
export const listFindings = async (
  rows: Rows,
  collection: CollectionId,
  query: {
    readonly kind?: FoundKind | undefined;
    readonly after?: FindingPlace | undefined;
    readonly limit: number;
  },
): Promise<{
  readonly findings: readonly ListedFinding[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: FindingPlace | undefined;
}> => {
  const { kind, after, limit } = query;
  const page = await rows
    .selectFrom("findings as f")
    .innerJoin("messages as m", "m.id", "f.message_id")
    .innerJoin("conversations as v", "v.id", "f.conversation_id")
    .select(["f.message_id", "f.kind", "f.conversation_id", "f.action", "f.places", "f.shown"])
    .select(["m.author", "m.at", "v.title"])
    .where("f.collection_id", "=", collection)
    .where("v.hidden", "=", 0)
    .$if(kind !== undefined, (select) => select.where("f.kind", "=", kind ?? "email"))
    .$if(after !== undefined, (select) =>
      select.where(
        beyond(["f.message_id", "f.kind"], ">", [after?.message ?? "", after?.kind ?? ""]),
      ),
    )
    .orderBy("f.message_id")
    .orderBy("f.kind")
    .limit(limit)
    .execute();
  const gone = await erasedAmong(
    rows,
    page.map(({ message_id }) => message_id),
    await erasingOrigins(rows, collection),
  );
  const last = page.length < limit ? undefined : page.at(-1);
  return {
    findings: page.filter(({ message_id }) => !gone.has(message_id)),
    next: last && { message: last.message_id, kind: last.kind },
  };
};
