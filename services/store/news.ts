// News: what happened in a collection that somebody may want to be told, written in the transaction in which it happens.
import { type CollectionId, type ConceptId, newsId } from "#services/domain/ids.ts";
import type { NewsRow } from "./notice-tables.ts";
import type { Rows, Store } from "./rows.ts";
import type { UploadRow } from "./tables.ts";

/** Whoever sends a file waits so long for it by themselves. */
const LONG_IMPORT_MS = 60_000;

const note = async (store: Store, rows: Rows, news: Omit<NewsRow, "id" | "at">): Promise<void> => {
  await rows
    .insertInto("news")
    .values({ id: newsId(store.newId()), at: store.now(), ...news })
    .execute();
};

/** For whoever sent the file, where it took long; nothing where nobody signed in. */
export const noteImport = async (
  store: Store,
  rows: Rows,
  upload: Pick<UploadRow, "id" | "collection_id" | "created_at" | "brought_by">,
  kind: "import-done" | "import-failed",
): Promise<void> => {
  if (upload.brought_by === null || store.now() - upload.created_at < LONG_IMPORT_MS) return;
  await note(store, rows, {
    kind,
    collection_id: upload.collection_id,
    subject: upload.id,
    user_id: upload.brought_by,
    count: 1,
  });
};

/** For everybody who may open the collection; nothing where nobody signs in. */
export const noteAlerts = async (
  store: Store,
  rows: Rows,
  raised: {
    readonly collection: CollectionId;
    readonly concept: ConceptId;
    readonly count: number;
  },
): Promise<void> => {
  const member = await rows.selectFrom("memberships").select("user_id").limit(1).executeTakeFirst();
  if (member === undefined) return;
  await note(store, rows, {
    kind: "alert",
    collection_id: raised.collection,
    subject: raised.concept,
    user_id: null,
    count: raised.count,
  });
};
