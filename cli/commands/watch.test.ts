// `parlance watch` against a server: new and changed files are sent once, also after a kill, and it says what it does.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestApi, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { uploadList } from "#services/contract/uploads.ts";
import { program } from "../program.builders.ts";

let api: TestApi;
let server: RunningServer;
let folder: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  api = await openTestApi();
  server = await startServer(api.instance);
});
afterAll(async () => {
  await server.stop();
  await api.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-watch-"));
});
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
  await rm(folder, { recursive: true });
});

const env = () => ({ ...process.env, PARLANCE_URL: server.url });
const once = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [program, "watch", ...args],
      { env: env() },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

/** Starts it, and gives what it has printed so far. */
const start = (...args: string[]) => {
  const child = spawn(process.execPath, [program, "watch", ...args], { env: env() });
  running.add(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (piece) => {
      printed += String(piece);
    });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, ended, printed: () => printed };
};

const until = async (holds: () => boolean, what: () => string): Promise<void> => {
  for (let tries = 0; tries < 600; tries += 1) {
    if (holds()) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`it did not happen in time: ${what()}`);
};

const turn = (n: number, text: string) =>
  `${JSON.stringify({
    type: n % 2 === 0 ? "user" : "assistant",
    uuid: `n${n}`,
    parentUuid: n === 0 ? null : `n${n - 1}`,
    sessionId: "boat",
    timestamp: new Date(Date.UTC(2026, 0, 1, 10, n)).toISOString(),
    message: { role: n % 2 === 0 ? "user" : "assistant", content: [{ type: "text", text }] },
  })}\n`;

const uploadsIn = async (name: string) => {
  const { id } = await api.makeCollection(name);
  return async () =>
    uploadList.parse(await (await fetch(`${server.url}/api/v1/collections/${id}/uploads`)).json())
      .uploads;
};

describe("parlance watch", () => {
  it("sends new files and what is added to them, and after a kill what is missing only", async () => {
    const uploads = await uploadsIn("Boats");
    const file = join(folder, "-w-boat", "boat.jsonl");
    await mkdir(join(folder, "-w-boat"));
    await writeFile(file, turn(0, "which sail") + turn(1, "the red one"));
    const first = start(folder, "-c", "Boats", "--rest", "0");
    await until(() => first.printed().includes("2 new entries"), first.printed);
    expect(first.printed()).toContain("→ -w-boat/boat.jsonl");
    await appendFile(file, turn(2, "and which mast"));
    await until(() => first.printed().includes("1 new entry, 2 known"), first.printed);
    first.child.kill("SIGKILL");
    await first.ended;
    expect((await uploads()).length).toBe(2);

    const nothing = await once(folder, "-c", "Boats", "--rest", "0", "--once");
    expect([nothing.code, nothing.err]).toEqual([0, ""]);
    expect(nothing.out).toContain("1 session files are in step.");
    expect(nothing.out).not.toContain("→");

    await appendFile(file, turn(3, "the tall one"));
    const more = await once(folder, "-c", "Boats", "--rest", "0", "--once");
    expect(more.out).toContain("1 new entry, 3 known");
    expect((await uploads()).length).toBe(3);
  });

  it("sends a file again that nobody confirmed in time: the server has deleted it", async () => {
    const uploads = await uploadsIn("Unconfirmed");
    await writeFile(join(folder, "boat.jsonl"), turn(0, "which sail") + turn(1, "the red one"));
    const args = [folder, "-c", "Unconfirmed", "--rest", "0", "--once"];
    expect((await once(...args)).out).toContain("→ boat.jsonl");
    const [sent] = await uploads();
    await api.parlance.store.rows
      .updateTable("uploads")
      .set({ state: "cancelled", error_code: "not-confirmed", blob_key: "", bytes: 0 })
      .where("id", "=", sent?.id as never)
      .execute();
    expect((await once(...args)).out).toContain("→ boat.jsonl");
    expect((await once(...args)).out).not.toContain("→");
    expect((await uploads()).length).toBe(2);
  });

  it("leaves a file alone that is being written, and ends when it is asked to", async () => {
    const uploads = await uploadsIn("Ropes");
    await writeFile(join(folder, "rope.jsonl"), turn(0, "which rope"));
    const child = start(folder, "-c", "Ropes", "--rest", "3600");
    await until(() => child.printed().includes("Watching"), child.printed);
    await new Promise((wake) => setTimeout(wake, 500));
    child.child.kill("SIGTERM");
    expect(await child.ended).toBe(0);
    expect(child.printed()).toContain("Stopped.");
    expect(await uploads()).toEqual([]);
  });

  it("sends only files of sessions, and says which of them cannot be read", async () => {
    const uploads = await uploadsIn("Masts");
    await writeFile(join(folder, "mast.jsonl"), turn(0, "which mast"));
    await writeFile(join(folder, "notes.txt"), "a mast\n");
    await writeFile(join(folder, "mast.meta.json"), "{}");
    await writeFile(join(folder, "history.jsonl"), '{"display":"which mast"}\n');
    const done = await once(folder, "-c", "Masts", "--rest", "0", "--once");
    expect(done.code).toBe(1);
    expect(done.out).toContain("history.jsonl");
    expect(done.out).toContain("not a chat log");
    const names = (await uploads()).map(({ filename }) => filename).sort();
    expect(names).toEqual(["history.jsonl", "mast.jsonl"]);
    // What the server could not read is not sent again.
    await once(folder, "-c", "Masts", "--rest", "0", "--once");
    expect((await uploads()).length).toBe(2);
  });

  it("refuses what it cannot watch", async () => {
    expect(await once(join(folder, "none"))).toMatchObject({ code: 1 });
    await writeFile(join(folder, "a.jsonl"), turn(0, "a"));
    const file = await once(join(folder, "a.jsonl"));
    expect([file.code, file.err]).toEqual([1, expect.stringContaining("only folders are watched")]);
    const rest = await once(folder, "--rest", "soon");
    expect([rest.code, rest.err]).toEqual([2, expect.stringContaining("--rest takes a number")]);
  });
});
