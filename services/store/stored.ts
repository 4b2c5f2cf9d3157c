// What each organization keeps, by collection, and with which models it was embedded: counted over all organizations.
import type { CollectionId, OrganizationId } from "#services/domain/ids.ts";
import type { Database } from "./database.ts";
import { keptBytes } from "./reserved-bytes.ts";

export interface CollectionKept {
  readonly id: CollectionId;
  readonly organization: OrganizationId;
  readonly isErasing: boolean;
  readonly model: string | null;
  readonly fingerprint: string | null;
  /** In its newest version. */
  readonly embeddings: number;
  readonly messages: number;
  readonly files: number;
  /** Of the files as they were uploaded, and of those of messages that were kept from them: the same sums as `usageOf` has. */
  readonly fileBytes: number;
}

export interface Kept {
  /** By name. */
  readonly organizations: readonly { readonly id: OrganizationId; readonly name: string }[];
  readonly collections: readonly CollectionKept[];
}

/** One pass over the conversations' and the uploads' sums; no message is read. */
export const readKept = async ({ system: { rows } }: Database): Promise<Kept> => {
  const [organizations, collections, messages, files] = await Promise.all([
    rows.selectFrom("organizations").select(["id", "name"]).orderBy("name").orderBy("id").execute(),
    rows
      .selectFrom("collections")
      .select(["id", "org_id", "state", "model_id", "model_fingerprint", "indexed_chunks"])
      .orderBy("id")
      .execute(),
    rows
      .selectFrom("conversations")
      .select((make) => ["collection_id", make.fn.sum<number>("message_count").as("sum")])
      .where("hidden", "=", 0)
      .groupBy("collection_id")
      .execute(),
    rows
      .selectFrom("uploads")
      .select((make) => [
        "collection_id",
        make.fn.countAll<number>().as("files"),
        keptBytes(make).as("bytes"),
      ])
      .groupBy("collection_id")
      .execute(),
  ]);
  const messagesOf = new Map(messages.map((one) => [one.collection_id, Number(one.sum)]));
  const filesOf = new Map(files.map((one) => [one.collection_id, one]));
  return {
    organizations,
    collections: collections.map((row) => ({
      id: row.id,
      organization: row.org_id,
      isErasing: row.state !== "active",
      model: row.model_id,
      fingerprint: row.model_fingerprint,
      embeddings: row.indexed_chunks,
      messages: messagesOf.get(row.id) ?? 0,
      files: Number(filesOf.get(row.id)?.files ?? 0),
      fileBytes: Number(filesOf.get(row.id)?.bytes ?? 0),
    })),
  };
};
