// Searches whose filters alone exclude every message: which filter it is, and what can be searched for instead.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SearchRequestInput, searchAnswer } from "#services/contract/search.ts";
import { openTestApi, printerDay, type TestApi } from "../api.builders.ts";

const fixture = new URL("../../parse/fixtures/chatgpt-thoughts-and-tools.json", import.meta.url);
let api: TestApi;
let printers: string;
let chats: string;

beforeAll(async () => {
  api = await openTestApi();
  printers = (await api.makeCollection("Printers")).id;
  chats = (await api.makeCollection("Chats")).id;
  await api.importText(printers, "#ubuntu_20080103.log", printerDay);
  await api.importText(printers, "#kde_20080205.log", "[10:00] <anna> the panel is gone");
  await api.importText(chats, "conversations.json", await readFile(fixture, "utf8"));
});
afterAll(() => api.close());

const ask = (body: SearchRequestInput, collection = printers) =>
  api.read(searchAnswer, `/api/v1/collections/${collection}/search`, { body });

const noMatch = async (body: SearchRequestInput, collection = printers) => {
  const { hits, total, noMatch: why } = await ask(body, collection);
  expect([hits, total]).toEqual([[], 0]);
  return why;
};

describe("filters that exclude every message", () => {
  it.each([
    ["printer from:ana", "from:ana", "No message here is by “ana”.", "Did you mean “anna”?"],
    [
      "from:zebulon",
      "from:zebulon",
      "No message here is by “zebulon”.",
      "Most messages are by anna, berg, cleo, and dora.",
    ],
    [
      "printer in:#ubunut",
      "in:#ubunut",
      "There is no channel “#ubunut”, and no conversation has this in its title.",
      "Did you mean “#ubuntu”?",
    ],
    ["in:#garden", "in:#garden", expect.any(String), "Most messages are in #ubuntu and #kde."],
    ["topic:wireless", "topic:wireless", "No topics are known here yet.", expect.any(String)],
    ["source:slack", "source:slack", "No message here comes from “slack”.", "Sources here: irc."],
    [
      "role:tool printer",
      "role:tool",
      "No message here has the role “tool”.",
      "Roles here: person.",
    ],
    ["kind:thinking", "kind:thinking", expect.any(String), "Kinds here: text."],
    ["lang:fi", "lang:fi", "No message here is in the language “fi”.", "Languages here: en."],
    [
      "printer after:2030",
      "after:2030-01-01",
      "No message is as new as 2030-01-01.",
      "The messages here are of 2008-01-03 to 2008-02-05.",
    ],
    [
      "printer before:1990-05",
      "before:1990-05-01",
      "No message is older than 1990-05-01.",
      "The messages here are of 2008-01-03 to 2008-02-05.",
    ],
  ])("are named: %s", async (query, filter, says, hint) => {
    for (const mode of ["lexical", "semantic", "hybrid"] as const)
      expect(await noMatch({ query, mode })).toMatchObject({
        reason: "filters",
        excluding: [{ filter, says, hint }],
      });
  });

  it.each([
    ["printer from:ana", ["printer from:anna"]],
    ["printer in:ubunut", ['printer in:"#ubuntu"']],
    ["printer from:zebulon after:2008", ["printer after:2008-01-01"]],
    ["printer after:2030 from:ana", ["printer from:anna"]],
    ["after:2030", []],
    // Berg never wrote in #kde, so his name with the right spelling finds nothing there.
    ["panel from:brg in:kde", ["panel in:kde"]],
    ["panel from:berg in:kde", ["panel from:berg", "panel in:kde"]],
    [
      "printer after:2008-01-10 before:2008-01-20",
      ["printer before:2008-01-20", "printer after:2008-01-10"],
    ],
  ])("are replaced in what can be searched instead: %s", async (query, suggestions) => {
    const why = await noMatch({ query });
    expect(why).toMatchObject({ reason: "filters", suggestions });
    for (const suggestion of suggestions)
      expect((await ask({ query: suggestion })).noMatch?.reason).not.toBe("filters");
  });

  it("are named together where each of them passes something", async () => {
    expect(await noMatch({ query: "from:berg in:kde" })).toMatchObject({
      excluding: [
        {
          filter: "in:kde from:berg",
          says: "No message passes in:kde and from:berg together.",
          hint: "Leave one of them out.",
        },
      ],
    });
    expect(await noMatch({ query: "after:2008-02 before:2008-01-20" })).toMatchObject({
      excluding: [
        { says: "No time is from 2008-02-01 on and before 2008-01-20.", hint: "Exchange the two." },
      ],
    });
  });

  it("are named, but not replaced, where they are filters of the request", async () => {
    const filters = { authors: ["ana"], sources: ["slack" as const] };
    expect(await noMatch({ query: "printer", filters })).toMatchObject({
      reason: "filters",
      excluding: [{ filter: "from:ana" }, { filter: "source:slack" }],
      suggestions: [],
    });
  });

  it("pass only messages that are found where their kind is asked for", async () => {
    const why = await noMatch({ query: "role:tool" }, chats);
    expect(why).toMatchObject({
      reason: "filters",
      excluding: [{ hint: "Add kind:tool." }],
      suggestions: ["role:tool kind:tool"],
    });
    expect((await ask({ query: "role:tool kind:tool" }, chats)).hits).not.toEqual([]);
  });

  it("are looked for in all collections that are asked", async () => {
    const answer = await api.read(searchAnswer, "/api/v1/search", { body: { query: "from:ana" } });
    expect(answer.noMatch).toMatchObject({ suggestions: ["from:anna"] });
    const passes = await api.read(searchAnswer, "/api/v1/search", {
      body: { query: "source:chatgpt" },
    });
    expect(passes.noMatch).toBeNull();
  });

  it("are no reason where something passes them, or there is nothing at all", async () => {
    expect((await ask({ query: "zzqqxx from:anna", mode: "lexical" })).noMatch?.reason).toBe(
      "unknown-words",
    );
    const { id } = await api.makeCollection("Empty");
    expect(await noMatch({ query: "from:anna" }, id)).toBeNull();
  });
});
