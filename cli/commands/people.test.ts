// Tests of people on the command line, against a running server: several are marked at once, or none.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { collectionPeople } from "#services/contract/people.ts";
import { program } from "../program.builders.ts";

let api: TestApi;
let server: RunningServer;
let at: string;

beforeAll(async () => {
  api = await openTestApi();
  const { id } = await api.makeCollection("Printers");
  at = `/api/v1/collections/${id}`;
  await api.importText(id, "2026-01-05.log", printerDay);
  server = await startServer(api.instance);
});
afterAll(async () => {
  await server.stop();
  await api.close();
});

const people = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_URL: server.url };
    const child = execFile(process.execPath, [program, "people", ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
const bots = async () =>
  (await api.read(collectionPeople, `${at}/people`)).people
    .filter(({ kind }) => kind === "bot")
    .map(({ shown }) => shown)
    .sort();

describe("parlance people bot", () => {
  it("marks all who are named, or nobody where one of them is not there", async () => {
    const refused = await people("bot", "anna", "nobody-here");
    expect(refused.err).toContain("There is nobody here who is called “nobody-here”.");
    expect(await bots()).toEqual([]);
    const marked = await people("bot", "anna", "berg");
    expect(marked.out).toBe("“anna” is a bot.\n“berg” is a bot.\n");
    expect(await bots()).toEqual(["anna", "berg"]);
    const { edits } = JSON.parse((await people("bot", "anna", "berg", "--not", "--json")).out) as {
      edits: { says: string }[];
    };
    expect(edits.map(({ says }) => says)).toEqual(["“anna” is no bot.", "“berg” is no bot."]);
  });
});
