// Tests of `parlance inspect`: what it says of files, and that an import counts the same.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { collection } from "#services/contract/collections.ts";
import type { Inspection } from "#services/contract/inspections.ts";
import { readSample } from "../embedded/sample.ts";
import { program } from "../program.builders.ts";

let folder: string;
let api: TestApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-inspect-test-"));
  api = await openTestApi();
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    // It needs no home and no server.
    const env = { ...process.env, PARLANCE_HOME: join(folder, "no-home"), NO_COLOR: "1" };
    const child = execFile(
      process.execPath,
      [program, "inspect", ...args],
      { env },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const written = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const inspected = async (...args: readonly string[]): Promise<Inspection[]> =>
  JSON.parse((await run(...args, "--json")).out) as Inspection[];

describe("parlance inspect", () => {
  it("counts what an import of the same files brings", async () => {
    const sample = await readSample();
    const paths = await Promise.all(sample.map(({ name, bytes }) => written(name, bytes)));
    const found = await inspected(...paths);
    const { id } = await api.makeCollection("Sample");
    for (const { name, bytes } of sample) {
      const sent = await api.ask(`/api/v1/collections/${id}/uploads?filename=${name}`, {
        method: "PUT",
        body: new Uint8Array(bytes),
      });
      const made = (await sent.json()) as { id: string };
      await (await api.ask(`/api/v1/uploads/${made.id}/events`)).text();
    }
    const imported = await api.read(collection, `/api/v1/collections/${id}`);
    const sum = (of: (one: Inspection) => number) => found.reduce((all, one) => all + of(one), 0);
    expect(found).toHaveLength(sample.length);
    expect(sum(({ messages }) => messages)).toBe(imported.messages);
    expect(sum(({ conversations }) => conversations)).toBe(imported.conversations);
  });

  it("says formats, authors, times, the assumed zone and notices", async () => {
    const path = await written("#ubuntu_20080103.log", `=== eve has joined\n${printerDay}`);
    const [one] = await inspected(path);
    expect(one).toMatchObject({
      formats: [{ source: "irc", name: "IRC logs", version: null, toldBy: "layout" }],
      conversations: 1,
      messages: 8,
      others: { notices: 1, thinking: 0, tool: 0, offMainPath: 0 },
      authors: {
        count: 4,
        first: [{ name: "anna", messages: 3 }, { name: "berg", messages: 3 }, {}, {}],
      },
      from: Date.UTC(2008, 0, 3, 0, 0),
      assumedZone: 8,
      languages: [{ code: "en", share: 1 }],
      problems: [],
    });
    const { out, code } = await run(path, "--zone", "Europe/Berlin");
    expect(code).toBe(0);
    expect(out).toContain("8; beside them 1 notice");
    expect(out).toContain("2008-01-02 23:00 to 2008-01-02 23:07 UTC");
    expect(out).toContain("the file names no zone: read as Europe/Berlin");
    expect(out).toContain("Everything in it can be read.");
  });

  it("says what cannot be read, with places", async () => {
    const good = '{"messages":[{"role":"user","content":"Is the oven on?"}]}';
    const path = await written("log.jsonl", `${good}\n{"messages":[{"role"\n${good}\n`);
    const [one] = await inspected(path);
    expect(one).toMatchObject({ conversations: 2, messages: 2 });
    expect(one?.problems).toMatchObject([{ code: "bad-json", count: 1, places: [/line 2/u] }]);
    expect((await run(path)).out).toContain("Left out, or not as it should be:\n    1 × ");
  });

  it("reads a folder as an import would send it", async () => {
    const logs = join(folder, "logs");
    await mkdir(logs);
    for (const day of ["03", "04"])
      await writeFile(join(logs, `#ubuntu_200801${day}.log`), printerDay);
    expect(await inspected(logs)).toMatchObject([
      { messages: 16, formats: [{ name: "IRC logs" }] },
    ]);
  });

  it("goes on after a file that is no chat log, and says which format it is nearest to", async () => {
    const diary = await written("diary.txt", "Dear diary, nothing here is a chat.");
    const day = await written("#ubuntu_20080105.log", printerDay);
    const { out, err, code } = await run(diary, day);
    expect(code).toBe(1);
    expect(err).toContain("is not a chat log that can be read");
    expect(out).toContain("#ubuntu_20080105.log");
  });

  it("says what is wrong with a path and with a zone", async () => {
    expect((await run(join(folder, "nothing.zip"))).err).toContain("no such file or folder");
    const day = await written("#ubuntu_20080106.log", printerDay);
    expect((await run(day, "--zone", "Mars/Base")).err).toContain('time zone called "Mars/Base"');
  });
});
