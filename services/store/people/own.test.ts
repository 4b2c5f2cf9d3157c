// Tests of who is "me": whose names exports tell, and what each user says of themselves.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CollectionId, userId, userSessionId } from "#services/domain/ids.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { aCollection, aStore, asItCame, type TestStore } from "../store.builders.ts";
import { createUpload } from "../uploads.ts";
import { adoptOwnNames } from "./adopt-own.ts";
import { ownNames, saveToldOwners, sayOwn, toldOwners } from "./own.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const [ann, bea] = [userId("ann"), userId("bea")];

const callerOf = (id: typeof ann) =>
  ({
    kind: "user",
    id,
    name: "Ann",
    session: userSessionId("s"),
    role: "member",
    incomplete: false,
    uncounted: false,
  }) as const;

const bring = async (source: string, author: string, by: typeof ann | null, owners?: string[]) => {
  const scoped = store.database.within(
    by === null ? defaultScope : { ...defaultScope, caller: callerOf(by) },
  );
  const origin = await createUpload(scoped, { cleaner: asItCame, collection, filename: "a.json" });
  await store.transaction((rows) =>
    saveToldOwners(rows, { origin, collection }, [
      {
        source,
        messages: [
          { author, role: "user" },
          { author: "Robot", role: "assistant" },
        ],
        ...(owners === undefined ? {} : { owners }),
      },
    ]),
  );
};
const told = async (user: typeof ann | "") =>
  (await toldOwners(store.rows, collection, user)).map(({ source, name }) => `${source} ${name}`);

describe("the owner of an export", () => {
  it.each(["chatgpt", "gemini", "copilot", "cursor"])(
    "of %s is whoever asks in it",
    async (one) => {
      await bring(one, "You", null);
      expect(await told("")).toEqual([`${one} You`]);
    },
  );

  it("is not told by threads that may be somebody else's, nor by talk among people", async () => {
    await bring("perplexity", "olaf", null);
    await bring("slack", "olaf", null);
    expect(await told("")).toEqual([]);
  });

  it("is “me” for whoever brought it, and for nobody else", async () => {
    await bring("chatgpt", "You", ann);
    await bring("signal", "x", bea, ["Bea"]);
    expect([await told(ann), await told(bea), await told("")]).toEqual([
      ["chatgpt You"],
      ["signal Bea"],
      [],
    ]);
  });
});

describe("what somebody says of themselves", () => {
  it("is theirs alone, and takes the place of what they said before", async () => {
    const mine = { source: "", name: "mira", mine: true };
    const within = { source: "irc", name: "mira", mine: true };
    await sayOwn(store, { collection, user: ann }, [within]);
    await sayOwn(store, { collection, user: bea }, [{ ...mine, mine: false }]);
    await sayOwn(store, { collection, user: ann }, [mine], [within]);
    expect(await ownNames(store.rows, collection, ann)).toEqual([mine]);
    expect(await ownNames(store.rows, collection, bea)).toEqual([{ ...mine, mine: false }]);
    expect(await ownNames(store.rows, collection, "")).toEqual([]);
  });
});

describe("the first owner, once people sign in", () => {
  it("is “me” where nobody in particular was, apart from what they said themselves", async () => {
    await bring("chatgpt", "You", null);
    await bring("signal", "x", null, ["Old name"]);
    await bring("gemini", "You", bea);
    const say = (user: typeof ann | "", name: string, mine: boolean) =>
      sayOwn(store, { collection, user }, [{ source: "", name, mine }]);
    await say("", "mira", true);
    await say("", "olaf", true);
    await say("", "Old name", false);
    await say(ann, "olaf", false);
    await store.transaction((rows) => adoptOwnNames(rows, ann));
    const own = await ownNames(store.rows, collection, ann);
    expect(own.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { source: "", name: "Old name", mine: false },
      { source: "chatgpt", name: "You", mine: true },
      { source: "", name: "mira", mine: true },
      { source: "", name: "olaf", mine: false },
    ]);
    expect(await ownNames(store.rows, collection, "")).toEqual([]);
    expect(await ownNames(store.rows, collection, bea)).toEqual([]);
  });
});
