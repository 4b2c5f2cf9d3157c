// Tests that the initial search mode follows the languages of a collection, in whichever process they changed.
import { afterEach, describe, expect, it } from "vitest";
import { anotherServer, openTestApi, type TestApi } from "#services/api/api.builders.ts";
import { readCollectionId } from "#services/domain/ids.ts";
import { findCollection } from "#services/store/collections.ts";
import { openSearchModes } from "./search-modes.ts";

const apis: TestApi[] = [];
afterEach(async () => {
  for (const api of apis.splice(0).reverse()) await api.close();
});

const chat = (name: string, said: string) =>
  `${JSON.stringify({ id: name, messages: Array.from({ length: 8 }, (_, at) => ({ role: "user", content: `${said} ${at}` })) })}\n`;

const english = chat("en", "the printer shows an error whenever I start it in the morning");
const german = chat("de", "Der Drucker zeigt jeden Morgen einen Fehler, wenn ich ihn einschalte");

describe("the mode that a search starts with", () => {
  it("is by words as soon as most messages are in a language that the model was not made for", async () => {
    const here = await openTestApi();
    const there = await anotherServer(here);
    apis.push(here, there);
    const { id } = await here.makeCollection("Printers");
    const collection = readCollectionId(id);
    const model = { ...(await there.parlance.model()), languages: ["en"] };
    const modeOf = openSearchModes();
    const mode = async () => {
      const row = collection && (await findCollection(there.parlance.store.rows, collection));
      return row && modeOf(there.parlance, row, model);
    };
    await here.importText(id, "en.jsonl", english);
    expect(await mode()).toBe("hybrid");
    const uploads = [];
    for (const name of ["de1", "de2"])
      uploads.push(
        (await here.importText(id, `${name}.jsonl`, german.replace('"de"', `"${name}"`))).id,
      );
    expect(await mode()).toBe("lexical");
    for (const upload of uploads) await here.ask(`/api/v1/uploads/${upload}`, { method: "DELETE" });
    expect(await mode()).toBe("hybrid");
    const row = collection && (await findCollection(there.parlance.store.rows, collection));
    expect(row && (await modeOf(there.parlance, row, undefined))).toBe("lexical");
  });
});
