// Migration 38: names of authors and files as they came, where a collection's rules mask something in them; collections with rules apply them again.
import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns } from "./server-table.ts";

interface Ruled {
  readonly collections: { id: string; cleaning: string | null; recut_after: string | null };
}

/** Rules from before have no key for names: with one, they are applied to what is there. */
const applyAgain = async (db: Kysely<Ruled>): Promise<void> => {
  for (const { id, cleaning } of await db
    .selectFrom("collections")
    .select(["id", "cleaning"])
    .where("cleaning", "is not", null)
    .execute()) {
    const rules = JSON.parse(cleaning ?? "{}") as { readonly nameKey?: string };
    if (rules.nameKey !== undefined) continue;
    const nameKey = randomBytes(10).toString("hex");
    await db
      .updateTable("collections")
      .set({ cleaning: JSON.stringify({ ...rules, nameKey }), recut_after: "" })
      .where("id", "=", id)
      .execute();
  }
};

export const maskedNames =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    await addColumns(db, kind, [
      ["messages", "unmasked_author", "long"],
      ["message_states", "unmasked_author", "long"],
      ["uploads", "unmasked_filename", "long"],
    ]);
    await applyAgain(db as unknown as Kysely<Ruled>);
  };
