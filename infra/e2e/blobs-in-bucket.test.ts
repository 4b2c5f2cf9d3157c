// A real server whose uploads and vectors are in a bucket: imported, searched, read back, erased; and what is said while the bucket is away.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type S3Server,
  serverCredentials,
  startS3Server,
} from "#services/blobs/s3-server.builders.ts";
import type { Collection } from "#services/contract/collections.ts";
import { program } from "../../cli/program.builders.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const line = (at: number) =>
  JSON.stringify({
    messages: [
      { role: "user", content: `Where is parcel ${at} that I ordered last week?` },
      { role: "assistant", content: `Parcel ${at} is delayed at the depot.` },
    ],
  });
const log = (from: number) => Array.from({ length: 40 }, (_, n) => line(from + n)).join("\n");

interface Shown {
  readonly id: string;
  readonly state: string;
}

describe("a server whose blobs are in a bucket", () => {
  let home: string;
  let store: S3Server;
  let server: RunningServer;
  let collection: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-bucket-"));
    store = await startS3Server();
    env = { ...serverCredentials, PARLANCE_BLOBS_URL: store.url("trial") };
    server = await startServer({ home, env });
    const made = await callJson<Collection>(`${server.url}/api/v1/collections`, {
      body: { name: "Parcels" },
    });
    collection = `${server.url}/api/v1/collections/${made.id}`;
  });
  afterAll(async () => {
    await server?.stop();
    await store?.close();
    await rm(home, { recursive: true, force: true });
  });

  const send = (from: number) =>
    fetch(`${collection}/uploads?filename=log-${from}.jsonl`, { method: "PUT", body: log(from) });
  const until = async (what: string, done: () => Promise<boolean>) => {
    for (let tries = 0; !(await done()); tries++) {
      if (tries > 300) throw new Error(`${what} did not come within 60 s`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const upload = (id: string) => callJson<Shown>(`${server.url}/api/v1/uploads/${id}`);
  const hits = async () =>
    (
      await callJson<{ hits: unknown[] }>(`${collection}/search`, {
        body: { query: "delayed parcel" },
      })
    ).hits.length;
  const objects = () => store.objects("trial/");
  const degraded = async () =>
    JSON.stringify(
      ((await (await fetch(`${server.url}/ready`)).json()) as { degraded?: unknown }).degraded ??
        [],
    );

  let first: Shown;

  it("imports an upload, keeps it in the bucket, and finds what it says", async () => {
    first = (await (await send(0)).json()) as Shown;
    await until("the upload", async () => (await upload(first.id)).state === "done");
    await until("the index", async () => (await hits()) > 0);
    expect(await objects()).toContainEqual(expect.stringContaining(`uploads/${first.id}/`));
    // Vectors are there only until they are in the index.
    await until("the end of the vectors", async () =>
      (await objects()).every((name) => !name.includes("/vectors/")),
    );
    expect(await readdir(join(home, "blobs"))).toEqual([]);
  });

  it("gives back the original, whole and in part", async () => {
    const original = `${server.url}/api/v1/uploads/${first.id}/original`;
    expect((await (await fetch(original)).text()) === log(0)).toBe(true);
    const part = await fetch(original, { headers: { range: "bytes=10-29" } });
    expect([part.status, await part.text()]).toEqual([206, log(0).slice(10, 30)]);
  });

  it("is checked by doctor, and backed up with a word about the bucket", async () => {
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [program, ...args], {
        env: { ...process.env, ...env, PARLANCE_HOME: home, FORCE_COLOR: "0" },
      });
    const { stdout } = await run("doctor", "--json");
    expect(JSON.parse(stdout)).toContainEqual({
      name: "stored files",
      state: "ok",
      detail: "1, all there",
    });
    const { stdout: said } = await run("backup", join(home, "trial.tar"));
    expect(said).toMatch(
      /^Not included: the uploaded files, which are in s3:\/\/parlance\/trial/mu,
    );
  });

  it("removes the object of an upload that is erased, and this machine's copy of it", async () => {
    const erased = await fetch(`${server.url}/api/v1/uploads/${first.id}`, { method: "DELETE" });
    expect(erased.ok).toBe(true);
    await until("the end of the object", async () =>
      (await objects()).every((name) => !name.includes(first.id)),
    );
    // The copy goes after the object.
    await until(
      "the end of the copy",
      async () => (await readdir(join(home, "blob-copies", "kept"))).length === 0,
    );
    await until("the erasure", async () => (await hits()) === 0);
  });

  it("says that the bucket is away, refuses uploads, searches on, and goes on when it is back", async () => {
    const kept = (await (await send(100)).json()) as Shown;
    await until("the upload", async () => (await upload(kept.id)).state === "done");
    await until("the index", async () => (await hits()) > 0);
    // In hand, or waiting for its turn, while the bucket is away.
    const late = (await (await send(150)).json()) as Shown;
    const goOn = await store.interrupt();
    const refused = await send(200);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: "blobs-unreachable" });
    expect(await hits()).toBeGreaterThan(0);
    await until("the word about it", async () => (await degraded()).includes("blobs-unreachable"));
    await goOn();
    await until("its end", async () => !(await degraded()).includes("blobs-unreachable"));
    expect((await send(300)).ok).toBe(true);
    await until("the upload before", async () => (await upload(late.id)).state === "done");
  });
});
