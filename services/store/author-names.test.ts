// Tests of the names that uploads know of authors: who is called so, and that an erased upload is forgotten.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuthorNames } from "#services/domain/conversation.ts";
import { organizationId, type UploadId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { authorsCalled, authorsIn } from "./author-names.ts";
import { deletePiece } from "./erase.ts";
import { requestCollectionErasure, requestOriginErasure } from "./erase-requests.ts";
import { findConversation } from "./find-conversation.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  bring,
  eraseRequested,
  type TestStore,
} from "./store.builders.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: Awaited<ReturnType<typeof aCollection>>;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const anna: AuthorNames = { id: "U1", shown: "Anna", others: ["U1", "aberg", "Anna Berg"] };
const ben: AuthorNames = { id: "U2", shown: "Anna Berg", others: ["U2", "ben"] };

const brought = async (authors: readonly AuthorNames[], name = "talk"): Promise<UploadId> => {
  const upload = await anUpload(store, collection);
  const of = { collection, upload };
  const part = aPart(of, name, [{ text: "hello" }, { text: "bye" }]);
  const messages = part.messages.map((message) => ({ ...message, author_id: "U1" }));
  await bring(store, of, [{ ...part, messages, authors }]);
  return upload;
};
const called = (name: string) => authorsCalled(store.rows, collection, name);

describe("who is called so", () => {
  it("is found by each name, its id and with @, whatever the case, as the one who is shown", async () => {
    await brought([anna, ben]);
    for (const name of ["aberg", "@ABerg", "U1", "u1", "anna"])
      expect(await called(name), name).toMatchObject({ exact: ["Anna"] });
    expect((await called("ben")).exact).toEqual(["Anna Berg"]);
    expect((await called("Anna Berg")).exact.toSorted()).toEqual(["Anna", "Anna Berg"]);
    expect((await called("berg")).byWord.toSorted()).toEqual(["Anna", "Anna Berg"]);
  });

  it("is nobody by half a word, an empty name, or what SQL would take for a pattern", async () => {
    await brought([anna]);
    for (const name of ["aber", "", "@", "%", "_", "a%"])
      expect(await called(name), name).toEqual({ exact: [], byWord: [] });
  });

  it("has all names under which two uploads show somebody", async () => {
    await brought([anna]);
    await brought([{ id: "U1", shown: "Anna B.", others: ["U1", "aberg"] }], "later");
    await brought([anna], "again");
    expect((await called("aberg")).exact.toSorted()).toEqual(["Anna", "Anna B."]);
  });

  it("is nobody of another collection or organization", async () => {
    await brought([anna]);
    const other = await aCollection(store, "Other");
    expect(await authorsCalled(store.rows, other, "aberg")).toEqual({ exact: [], byWord: [] });
    const foreign = store.database.within(workerScope(organizationId("other")));
    expect(await authorsCalled(foreign.rows, collection, "aberg")).toEqual({
      exact: [],
      byWord: [],
    });
  });
});

describe("the names of a conversation's authors", () => {
  it("are those of who wrote in it, as they were brought", async () => {
    await brought([anna, ben]);
    const [row] = await store.rows.selectFrom("conversations").select("id").execute();
    const conversation = row && (await findConversation(store.rows, row.id));
    if (!conversation) throw new Error("no conversation");
    expect(await authorsIn(store.rows, conversation)).toEqual([
      { ...anna, others: ["Anna Berg", "U1", "aberg"] },
    ]);
  });
});

describe("an erasure", () => {
  const kept = () => store.rows.selectFrom("author_names").selectAll().execute();

  it("forgets names at once, then for good; what another upload knows stays", async () => {
    const upload = await brought([anna]);
    await brought([{ ...ben, others: ["U2"] }], "other");
    await requestOriginErasure(store, upload);
    expect(await called("aberg")).toEqual({ exact: [], byWord: [] });
    await eraseRequested(store, upload);
    expect((await kept()).map(({ author_id }) => author_id)).toEqual(["U2", "U2"]);
  });

  it("of a collection leaves no name", async () => {
    await brought([anna]);
    await requestCollectionErasure(store, collection);
    while (await deletePiece(store, collection));
    expect(await kept()).toEqual([]);
  });
});
