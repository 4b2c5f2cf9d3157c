// Tests of what an erasure leaves of what was said of authors: nothing of those who are gone, all of the others.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import type { SaidOfName } from "#services/domain/people.ts";
import { openPeople } from "#services/domain/people.ts";
import { joined, renamed, split } from "#services/domain/people-edits.ts";
import { requestOriginErasure } from "../erase-requests.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  bring,
  eraseRequested,
  eraseUpload,
  type TestStore,
} from "../store.builders.ts";
import { writtenBy, writtenNames } from "./authors.ts";
import { editPeople, listPeopleEdits, undoPeopleEdit } from "./edits.ts";
import { dismissedPairs, dismissPairs, saidOfNames, saveGuessedBots } from "./names.ts";
import { ownNames, sayOwn } from "./own.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let first: UploadId;
let second: UploadId;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
  [first, second] = [await anUpload(store, collection), await anUpload(store, collection)];
});
afterEach(() => remove());

const say = (upload: UploadId, name: string, authors: readonly string[]) =>
  bring(store, { collection, upload }, [
    aPart(
      { collection, upload },
      name,
      authors.map((author, at) => ({ text: `line ${at} of ${name}`, author })),
    ),
  ]);

type Decide = (edited: Parameters<typeof joined>[0]) => readonly SaidOfName[];
const edit = async (kind: "join" | "split" | "rename", decide: Decide) => {
  const written = writtenNames(await writtenBy(store.rows, collection));
  return editPeople(store, collection, {
    kind,
    decide: (said) => decide({ people: openPeople(said, []), said, written }),
  });
};
const shownAs = async (name: string) =>
  openPeople(await saidOfNames(store.rows, collection), []).shownAs("irc", name);
/** Everything that is said of people, as text. */
const told = async () => {
  const tables = [
    "person_names",
    "own_names",
    "guessed_bots",
    "dismissed_people",
    "people_edits",
    "erased_authors",
  ] as const;
  const found = [];
  for (const table of tables) found.push(await store.rows.selectFrom(table).selectAll().execute());
  return JSON.stringify(found);
};

describe("the names of authors whose messages are erased", () => {
  beforeEach(async () => {
    await say(first, "monday", ["Anna Berg", "Bo"]);
    await say(second, "tuesday", ["anna", "anna_", "anna_", "Bo"]);
  });

  it("are nobody's shown name any more, and in no edit, dismissal, guess or word of who one is", async () => {
    await edit("join", (of) => joined(of, ["Anna Berg", "anna", "anna_"], undefined));
    await edit("rename", (of) => renamed(of, "Bo", "Robin"));
    await edit("split", (of) => split(of, "Anna Berg", [{ name: "anna" }]));
    await dismissPairs(store, collection, [["Anna Berg", "Bo"]]);
    await store.transaction((rows) => saveGuessedBots(rows, collection, ["Anna Berg", "Bo"]));
    await sayOwn(store, { collection, user: "" }, [
      { source: "", name: "Anna Berg", mine: true },
      { source: "", name: "Bo", mine: true },
    ]);
    expect(await shownAs("anna_")).toBe("Anna Berg");
    await eraseUpload(store, first);
    expect(await told()).not.toContain("Berg");
    expect(await shownAs("anna_")).toBe("anna_");
    expect(await shownAs("Bo")).toBe("Robin");
    expect(await ownNames(store.rows, collection, "")).toEqual([
      { source: "", name: "Bo", mine: true },
    ]);
    expect(await dismissedPairs(store.rows, collection)).toEqual([]);
    const kinds = (await listPeopleEdits(store.rows, collection, 10)).map(({ kind }) => kind);
    expect(kinds).toEqual(["rename"]);
  });

  it("are forgotten after a crash too, which came when their messages were deleted", async () => {
    await edit("join", (of) => joined(of, ["Anna Berg", "anna"], undefined));
    await requestOriginErasure(store, first);
    let steps = 0;
    const crashing = {
      ...store,
      transaction: <T>(work: Parameters<typeof store.transaction<T>>[0]) => {
        // The first ones note the authors, and delete the chunks and messages of the conversation.
        if (++steps > 5) throw new Error("killed");
        return store.transaction(work);
      },
    };
    await expect(eraseRequested(crashing, first)).rejects.toThrow("killed");
    expect(
      await store.rows
        .selectFrom("messages")
        .select("id")
        .where("author", "=", "Anna Berg")
        .execute(),
    ).toEqual([]);
    await eraseRequested(store, first);
    expect(await told()).not.toContain("Berg");
    expect(await shownAs("anna")).toBe("anna");
  });

  it("stay where another upload brought messages by them too", async () => {
    await say(await anUpload(store, collection), "wednesday", ["Anna Berg"]);
    await edit("join", (of) => joined(of, ["Anna Berg", "anna"], undefined));
    await eraseUpload(store, first);
    expect(await shownAs("anna")).toBe("Anna Berg");
    expect(await listPeopleEdits(store.rows, collection, 10)).toHaveLength(1);
    expect(await store.rows.selectFrom("erased_authors").selectAll().execute()).toEqual([]);
  });

  it("are the only ones: a name that was typed for somebody stays", async () => {
    await edit("rename", (of) => renamed(of, "anna", "The gardener"));
    await eraseUpload(store, first);
    expect(await shownAs("anna")).toBe("The gardener");
  });
});

describe("undoing an edit of people", () => {
  it("is refused where somebody else was given the name since", async () => {
    await say(first, "monday", ["anna", "bo"]);
    const made = await edit("rename", (of) => renamed(of, "anna", "Robin"));
    const taken = await edit("rename", (of) => renamed(of, "bo", "anna"));
    await expect(undoPeopleEdit(store, collection, made.id)).rejects.toMatchObject({
      code: "changed-since",
    });
    await undoPeopleEdit(store, collection, taken.id);
    await undoPeopleEdit(store, collection, made.id);
    expect([await shownAs("anna"), await shownAs("bo")]).toEqual(["anna", "bo"]);
  });
});
