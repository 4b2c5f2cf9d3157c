// Origins: where messages come from, an upload or a live session. What is the same for both when one is erased.
import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type OriginId,
  readUploadId,
  type SessionId,
} from "#services/domain/ids.ts";
import { deleteAuthorNames } from "./author-names.ts";
import type { Rows } from "./rows.ts";

export interface Origin {
  readonly id: OriginId;
  readonly collection: CollectionId;
  /** "erasing", or a state of its own table. */
  readonly state: string;
  /** Nothing of it was saved: an upload that was not read, or in which nothing was found. */
  readonly isEmpty: boolean;
}

const tableOf = (id: OriginId): "uploads" | "sessions" =>
  readUploadId(id) === undefined ? "sessions" : "uploads";

export const findOrigin = async (rows: Rows, id: OriginId): Promise<Origin | undefined> => {
  const upload = readUploadId(id);
  if (upload === undefined) {
    const session = await rows
      .selectFrom("sessions")
      .select(["collection_id", "state"])
      .where("id", "=", id as SessionId)
      .executeTakeFirst();
    return (
      session && { id, collection: session.collection_id, state: session.state, isEmpty: false }
    );
  }
  const row = await rows
    .selectFrom("uploads")
    .select(["collection_id", "state", "parts_done"])
    .where("id", "=", upload)
    .executeTakeFirst();
  return (
    row && { id, collection: row.collection_id, state: row.state, isEmpty: row.parts_done === 0 }
  );
};

export const unknownOrigin = (id: OriginId) =>
  tableOf(id) === "uploads"
    ? rejected("There is no such upload.", { code: "unknown-upload", status: 404, data: { id } })
    : rejected("There is no such live session.", {
        code: "unknown-session",
        status: 404,
        data: { id },
      });

/** A tombstone: from now on nothing reads from the origin, adds to it or shows it. */
export const tombstone = async (
  rows: Rows,
  of: { readonly origin: OriginId } | { readonly collection: CollectionId },
): Promise<void> => {
  const [column, id] =
    "origin" in of ? (["id", of.origin] as const) : (["collection_id", of.collection] as const);
  await rows
    .updateTable("uploads")
    .set({ state: "erasing", cancel_requested: 1 })
    .where(column, "=", id as never)
    .execute();
  await rows
    .updateTable("sessions")
    .set({ state: "erasing", pending: 0, pending_since: null, pending_from: null })
    .where(column, "=", id as never)
    .execute();
};

/** The origin's own row, its kept files and the names that it knows, or those of a whole collection. Its messages are gone already. */
export const deleteOrigins = async (
  rows: Rows,
  of: { readonly origin: OriginId } | { readonly collection: CollectionId },
): Promise<void> => {
  const [column, id] =
    "origin" in of ? (["id", of.origin] as const) : (["collection_id", of.collection] as const);
  await deleteAuthorNames(rows, of);
  await rows
    .deleteFrom("attachments")
    .where("origin" in of ? "upload_id" : "collection_id", "=", id as never)
    .execute();
  if ("origin" in of)
    for (const table of ["told_owners", "erased_authors"] as const)
      await rows.deleteFrom(table).where("origin_id", "=", of.origin).execute();
  for (const table of ["uploads", "sessions"] as const)
    await rows
      .deleteFrom(table)
      .where(column, "=", id as never)
      .execute();
};
