// Migration 31: files of messages that are kept, how many of an upload's were and were not, and whether a collection keeps them.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns, id, long, makeTable, type Table, tag, whole } from "./server-table.ts";

const attachmentTable: Table = {
  columns: [
    id("org_id id collection_id upload_id message_id"),
    whole("place"),
    long("name"),
    tag("media_type"),
    whole("size"),
    id("sha256"),
    tag("blob_key"),
  ],
  primary: "id",
  of: ["collection_id", "collections"],
  indexes: { by_message: "message_id", by_upload: "upload_id", by_collection: "collection_id" },
};

export const attachments =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    await makeTable(db, kind, "attachments", attachmentTable);
    await addColumns(db, kind, [
      ["collections", "keep_attachments", "tag"],
      ["uploads", "attachments_kept", "whole", " default 0 not null"],
      ["uploads", "attachment_bytes", "whole", " default 0 not null"],
      ["uploads", "attachments_large", "whole", " default 0 not null"],
      ["uploads", "attachments_missing", "whole", " default 0 not null"],
    ]);
  };
