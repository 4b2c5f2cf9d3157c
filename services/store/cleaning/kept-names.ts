// Names of kept files of messages: cleaned as the messages name them.
import { type Cleaner, changesTexts } from "#services/domain/cleaning.ts";
import type { AttachmentId, CollectionId } from "#services/domain/ids.ts";
import type { Store } from "../rows.ts";
import { cleaningOf } from "./rules.ts";

/** Files whose names are written at once. */
const A_PAGE = 500;

/** Some files a transaction. What was masked stays so. */
export const cleanKeptNames = async (
  store: Store,
  collection: CollectionId,
  cleaner: Cleaner,
): Promise<void> => {
  for (let after: AttachmentId | "" | undefined = ""; after !== undefined; ) {
    const from: AttachmentId | "" = after;
    after = await store.transaction(async (rows) => {
      const rules = await cleaningOf(rows, collection);
      if (!changesTexts(rules)) return undefined;
      const page = await rows
        .selectFrom("attachments")
        .select(["id", "name"])
        .where("collection_id", "=", collection)
        .where("id", ">", from as never)
        .orderBy("id")
        .limit(A_PAGE)
        .execute();
      for (const { id, name } of page) {
        const cleaned = cleaner.title(name, rules);
        if (cleaned !== name)
          await rows
            .updateTable("attachments")
            .set({ name: cleaned })
            .where("id", "=", id)
            .execute();
      }
      return page.length < A_PAGE ? undefined : page.at(-1)?.id;
    });
  }
};
