// People over HTTP: joined, split, renamed, marked, suggested and undone; the same in searches, facets, figures and exports.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Figure, figureList, overview, selectedMessages } from "#services/contract/figures.ts";
import {
  type CollectionPeople,
  collectionPeople,
  type PeopleEdit,
  type Person,
  savedPeopleEdit,
  savedPeopleEdits,
} from "#services/contract/people.ts";
import { type SearchAnswer, searchAnswer } from "#services/contract/search.ts";
import type { Selection } from "#services/contract/selection.ts";
import { type AnalysedApi, openAnalysedApi } from "#services/views/analysed.builders.ts";

let api: AnalysedApi;
let first: Person;
let second: Person;

const read = (at = api.at): Promise<CollectionPeople> => api.read(collectionPeople, `${at}/people`);
const edit = (body: PeopleEdit, at = api.at) =>
  api.read(savedPeopleEdit, `${at}/people/edits`, { body, status: 201 });
const undo = async (id: string, at = api.at) =>
  api.read(savedPeopleEdit, `${at}/people/edits/${id}`, { method: "DELETE" });
const say = async (person: string, me: boolean, at = api.at) =>
  (
    await api.ask(`${at}/people/me`, {
      method: "PUT",
      body: JSON.stringify({ person, me }),
      headers: { "content-type": "application/json" },
    })
  ).status;
const search = (query: string, more: object = {}, at = api.at): Promise<SearchAnswer> =>
  api.read(searchAnswer, `${at}/search`, {
    body: { query, units: ["message"], limit: 100, ...more },
  });
const personOf = async (shown: string, at = api.at) =>
  (await read(at)).people.find((one) => one.shown === shown);
const facetOf = async (shown: string) => {
  const { facets } = await api.read(selectedMessages, `${api.at}/messages`, {
    body: { selection: {}, limit: 1, facets: true },
  });
  return facets?.authors.find(({ value }) => value === shown)?.count;
};
const total = (selection: Selection) => api.total(selection);

beforeAll(async () => {
  api = await openAnalysedApi();
  const talkers = (await read()).people.filter(({ names }) => names[0]?.source === "irc");
  [first, second] = talkers as [Person, Person];
});
afterAll(() => api.close());

describe("the people of a collection", () => {
  it("wrote all of its messages, and are counted as in the overview and the facets", async () => {
    const { people, total: all } = await read();
    const shown = await api.read(overview, `${api.at}/overview`);
    expect(people.reduce((sum, { messages }) => sum + messages, 0)).toBe(shown.messages);
    expect(people).toHaveLength(all);
    expect(people.filter(({ kind }) => kind === "person")).toHaveLength(shown.people);
    for (const { shown: name, messages } of people.slice(0, 5))
      expect(await facetOf(name), name).toBe(messages);
  });

  it("are one person once they are joined, everywhere at once, and two again once it is undone", async () => {
    const before = await api.read(overview, `${api.at}/overview`);
    const both = first.messages + second.messages;
    const made = await edit({ kind: "join", people: [second.shown, first.shown], shown: "Robin" });
    expect(made.says).toBe(`“${second.shown}”, “${first.shown}” are one person, “Robin”.`);
    expect(await personOf("Robin")).toMatchObject({ messages: both });
    expect(await personOf(first.shown)).toBeUndefined();
    expect((await api.read(overview, `${api.at}/overview`)).people).toBe(before.people - 1);
    expect(await facetOf("Robin")).toBe(both);
    expect(await total({ authors: ["Robin"] })).toBe(both);
    // A selection from before means the person whose name it was.
    expect(await total({ authors: [first.shown] })).toBe(both);
    const { figures } = await api.read(figureList, `${api.at}/figures`, {
      body: { figures: ["people"] },
    });
    expect((figures as Figure[])[0]?.rows.find(([name]) => name === "Robin")?.[1]).toBe(both);
    const found = await search("from:robin");
    expect(new Set(found.hits.map(({ author }) => author))).toEqual(
      new Set([first.shown, second.shown]),
    );
    expect(found.hits.every(({ person }) => person === "Robin")).toBe(true);
    expect(found.facets?.authors.map(({ value }) => value)).toEqual(["Robin"]);
    for (const query of [`from:${first.shown}`, `from:${second.shown}`])
      expect((await search(query)).total, query).toBe(found.total);
    expect((await search("", { filters: { authors: ["Robin"] } })).total).toBe(found.total);
    const text = await (await api.ask(`${api.at}/export?format=markdown`)).text();
    expect(text).toContain(`**${first.shown} (Robin)**`);

    await undo(made.id);
    expect(await personOf("Robin")).toBeUndefined();
    expect(await personOf(first.shown)).toMatchObject({ messages: first.messages });
    expect(await facetOf(first.shown)).toBe(first.messages);
    expect((await search("from:robin")).total).toBe(0);
  });

  it("can be split again, and are renamed to names that nobody else has", async () => {
    await edit({ kind: "join", people: [first.shown, second.shown] });
    await edit({ kind: "rename", person: first.shown, shown: "Robin" });
    expect(
      await api.refusal(`${api.at}/people/edits`, {
        body: { kind: "rename", person: "You", shown: "Robin" },
      }),
    ).toEqual([409, "name-taken"]);
    const split = await edit({ kind: "split", person: "Robin", names: [{ name: second.shown }] });
    expect(split.says).toBe(`“${second.shown}” was split off “Robin”.`);
    expect(await personOf(second.shown)).toMatchObject({ messages: second.messages });
    expect(await personOf("Robin")).toMatchObject({ messages: first.messages });
    expect(
      await api.refusal(`${api.at}/people/edits`, {
        body: { kind: "join", people: ["You", second.shown], shown: "  Robin " },
      }),
    ).toEqual([409, "name-taken"]);
    await edit({ kind: "rename", person: "Robin", shown: "" });
    expect(await personOf(first.shown)).toMatchObject({ messages: first.messages });
    expect(
      await api.refusal(`${api.at}/people/edits`, {
        body: { kind: "join", people: ["nobody at all", first.shown] },
      }),
    ).toEqual([404, "unknown-person"]);
  });

  it("cannot have a change undone that a later one changed again", async () => {
    const one = await edit({ kind: "join", people: [first.shown, second.shown] });
    const other = await edit({ kind: "rename", person: first.shown, shown: "Robin" });
    const path = `${api.at}/people/edits/${one.id}`;
    expect(await api.refusal(path, { method: "DELETE" })).toEqual([409, "changed-since"]);
    await undo(other.id);
    await undo(one.id);
    expect((await read()).people.map(({ shown }) => shown)).toContain(second.shown);
  });

  it("are bots where somebody says so: filtered, counted apart, and no people of the overview", async () => {
    const before = await api.read(overview, `${api.at}/overview`);
    const all = await search("");
    const marked = await edit({ kind: "bot", person: first.shown, bot: true });
    expect(await personOf(first.shown)).toMatchObject({ kind: "bot", botBy: "hand" });
    expect((await api.read(overview, `${api.at}/overview`)).people).toBe(before.people - 1);
    expect(await total({ bots: ["yes"] })).toBe(first.messages);
    const bots = await search("bot:yes");
    expect(new Set(bots.hits.map(({ author, bot }) => `${author} ${bot}`))).toEqual(
      new Set([`${first.shown} true`]),
    );
    expect((await search("bot:no")).total).toBe(all.total - bots.total);
    expect((await search("")).facets?.bots).toEqual([
      { value: "no", label: "Others", count: all.total - bots.total },
      { value: "yes", label: "Bots", count: bots.total },
    ]);
    await undo(marked.id);
    expect((await search("bot:yes")).noMatch?.excluding[0]?.says).toBe(
      "No message here is by a bot.",
    );
  });

  it("are “me” for whoever brought their own export, until they say otherwise", async () => {
    const mine = await search("from:me");
    expect(new Set(mine.hits.map(({ source }) => source))).toEqual(new Set(["chatgpt"]));
    expect(new Set(mine.hits.map(({ role }) => role))).toEqual(new Set(["user"]));
    const own = (await read()).people.filter(({ me }) => me);
    expect(own).toHaveLength(1);
    expect(await total({ authors: ["me"] })).toBe(own[0]?.messages);
    expect(await say(first.shown, true)).toBe(204);
    expect(await total({ authors: ["me"] })).toBe((own[0]?.messages ?? 0) + first.messages);
    expect(await say(own[0]?.shown ?? "", false)).toBe(204);
    expect(await total({ authors: ["me"] })).toBe(first.messages);
    expect(await say(first.shown, false)).toBe(204);
    const nobody = await search("from:me");
    expect(nobody.notices.join()).toContain("Who you are here is not known");
    expect(await say("nobody at all", true)).toBe(404);
  });
});

describe("“me” in several collections", () => {
  it("is nobody where it is not known, whatever names are there, and the answer says where", async () => {
    const { id, name } = await api.makeCollection("Without me");
    await api.importText(id, "2026-02-05.log", "[09:00] <me> the heron\n[09:01] <bo> which\n");
    const inAll = () =>
      api.read(searchAnswer, "/api/v1/search", {
        body: { query: "from:me", units: ["message"], limit: 100 },
      });
    expect(new Set((await inAll()).hits.map(({ collection }) => collection))).toEqual(
      new Set([id]),
    );
    expect(await say(first.shown, true)).toBe(204);
    const found = await inAll();
    expect(found.hits.length).toBeGreaterThan(0);
    expect(new Set(found.hits.map(({ author }) => author))).toEqual(new Set([first.shown]));
    expect(found.notices.join()).toContain(`Who you are in “${name}” is not known`);
    expect(await say(first.shown, false)).toBe(204);
  });

  it("is not who was so before in one source, once a split was undone", async () => {
    const { id } = await api.makeCollection("Split and undone");
    const at = `/api/v1/collections/${id}`;
    await api.importText(id, "2026-02-05.log", "[09:00] <mira> the heron\n[09:01] <bo> which\n");
    await api.importText(id, "talk.csv", "author,text\nmira,the lamp\nolaf,it is blue\n");
    const names = [{ name: "mira", source: "irc" as const }];
    const made = await edit({ kind: "split", person: "mira", names }, at);
    expect(await say("mira (IRC)", true, at)).toBe(204);
    expect(await personOf("mira (IRC)", at)).toMatchObject({ me: true });
    expect(await personOf("mira", at)).toMatchObject({ me: false });
    await undo(made.id, at);
    expect(await personOf("mira", at)).toMatchObject({ me: true });
    expect(await say("mira", false, at)).toBe(204);
    expect(await personOf("mira", at)).toMatchObject({ me: false });
  });
});

describe("one name in several sources", () => {
  let at: string;
  const irc =
    "[09:00] <mira_> the beacon is on\n[09:01] <mira> and off\n[09:02] <Mira> it blinks\n";
  const said = "author,text\nmira,the lamp is green\nolaf,it is blue\nmira,look again\n";

  beforeAll(async () => {
    const { id } = await api.makeCollection("Two sources");
    at = `/api/v1/collections/${id}`;
    await api.importText(id, "2026-01-05.log", irc);
    await api.importText(id, "talk.csv", said);
  });

  it("is one person, until the name is split off in one of them", async () => {
    expect(await personOf("mira", at)).toMatchObject({ messages: 3 });
    const made = await edit(
      { kind: "split", person: "mira", names: [{ name: "mira", source: "irc" }] },
      at,
    );
    expect(await personOf("mira (IRC)", at)).toMatchObject({ messages: 1 });
    expect(await personOf("mira", at)).toMatchObject({ messages: 2 });
    const counts = async (query: string, more: object = {}) =>
      (await search(query, more, at)).total;
    expect(await counts("", { filters: { authors: ["mira"] } })).toBe(2);
    expect(await counts("", { filters: { authors: ["mira (IRC)"] } })).toBe(1);
    // Both are called so.
    expect(await counts("from:mira")).toBeGreaterThanOrEqual(3);
    const { facets } = await search("", {}, at);
    expect(facets?.authors).toContainEqual({ value: "mira (IRC)", label: "mira (IRC)", count: 1 });
    await undo(made.id, at);
    expect(await personOf("mira", at)).toMatchObject({ messages: 3 });
  });

  it("is suggested to be one where it is nearly the same; accepted, or dismissed for good", async () => {
    const { suggestions } = await read(at);
    const pairs = suggestions.map(({ names }) => [...names].sort());
    expect(pairs).toContainEqual(["Mira", "mira"]);
    expect(pairs).toContainEqual(["mira", "mira_"]);
    const nick = suggestions.find(({ names }) => names.includes("mira_"));
    const dismissed = await api.ask(`${at}/people/suggestions/dismiss`, {
      method: "POST",
      body: JSON.stringify({ pairs: [nick?.names] }),
      headers: { "content-type": "application/json" },
    });
    expect(dismissed.status).toBe(204);
    const left = (await read(at)).suggestions;
    expect(left.map(({ names }) => names)).not.toContainEqual(nick?.names);
    const equal = left.find(({ reason }) => reason === "name");
    const { edits } = await api.read(savedPeopleEdits, `${at}/people/suggestions/accept`, {
      body: { pairs: [equal?.names] },
      status: 201,
    });
    expect(edits).toHaveLength(1);
    expect(await personOf("mira", at)).toMatchObject({ messages: 4 });
    expect(
      await api.refusal(`${at}/people/suggestions/accept`, { body: { pairs: [["mira", "Mira"]] } }),
    ).toEqual([404, "unknown-suggestion"]);
  });

  it("stays joined when more comes, and is forgotten with the upload that had it", async () => {
    await api.importText(
      at.split("/").at(-1) ?? "",
      "more.csv",
      "author,text\nMira,red\nolaf,no\nMira,yes\n",
    );
    expect(await personOf("mira", at)).toMatchObject({ messages: 6 });
    const { uploads } = (await (await api.ask(`${at}/uploads`)).json()) as {
      uploads: { id: string; filename: string }[];
    };
    for (const { id } of uploads.filter(({ filename }) => filename !== "talk.csv"))
      await api.ask(`/api/v1/uploads/${id}`, { method: "DELETE" });
    await expect
      .poll(
        async () =>
          ((await (await api.ask(`${at}/uploads`)).json()) as { uploads: unknown[] }).uploads
            .length,
      )
      .toBe(1);
    const kept = async (table: "person_names" | "people_edits" | "dismissed_people") =>
      api.parlance.store.rows.selectFrom(table).selectAll().execute();
    await expect
      .poll(async () => JSON.stringify(await kept("person_names")), { timeout: 60_000 })
      .not.toContain("Mira");
    expect(JSON.stringify(await kept("people_edits"))).not.toContain("Mira");
    expect(JSON.stringify(await kept("dismissed_people"))).not.toContain("mira_");
  });
});
