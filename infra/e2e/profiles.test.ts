// The product on the services of production, as people use it: the same sample gives the same answers as the embedded profile.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverCredentials, startS3Server } from "#services/blobs/s3-server.builders.ts";
import type { Collection } from "#services/contract/collections.ts";
import type { Overview } from "#services/contract/figures.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { aDatabaseOn } from "#services/store/server/server.builders.ts";
import { randomName } from "#services/store/store.ts";
import { program } from "../../cli/program.builders.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";
import { untilSampleIsRead } from "./sample-collection.ts";
import { copySampleHome } from "./sample-home.ts";

const run = promisify(execFile);

interface Profile {
  readonly env: Record<string, string>;
  readonly home: string;
  end(): Promise<void>;
}

const aHome = async (env: Record<string, string>): Promise<Profile> => {
  const home = await mkdtemp(join(tmpdir(), "parlance-profile-"));
  return { env, home, end: () => rm(home, { recursive: true, force: true }) };
};

const embedded = () => aHome({});

/** A virtual host of its own on the tests' RabbitMQ. */
const aVirtualHost = async () => {
  const address = process.env["PARLANCE_TEST_BROKER_URL"];
  const admin = process.env["PARLANCE_TEST_BROKER_ADMIN_URL"];
  if (address === undefined || admin === undefined) return undefined;
  const name = `profile-${randomName()}`;
  const { username, password, origin } = new URL(admin);
  const say = async (method: "PUT" | "DELETE", path: string, body?: unknown) => {
    const answer = await fetch(`${origin}/api/${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`RabbitMQ: ${answer.status} ${await answer.text()}`);
  };
  await say("PUT", `vhosts/${name}`);
  await say("PUT", `permissions/${name}/${username}`, { configure: ".*", write: ".*", read: ".*" });
  const url = new URL(address);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => say("DELETE", `vhosts/${name}`) };
};

/** With RabbitMQ, and with S3 in the place of files where `s3` says so. */
const onServices = async (kind: "mariadb" | "postgres", s3: boolean): Promise<Profile> => {
  const database = await aDatabaseOn(kind);
  const broker = await aVirtualHost();
  const bucket = s3 ? await startS3Server() : undefined;
  const profile = await aHome({
    PARLANCE_DATABASE_URL: database.url,
    ...(broker === undefined ? {} : { PARLANCE_BROKER_URL: broker.url }),
    ...(bucket === undefined
      ? {}
      : { PARLANCE_BLOBS_URL: bucket.url("profile"), ...serverCredentials }),
  });
  return {
    ...profile,
    end: async () => {
      await broker?.remove();
      await database.drop();
      await bucket?.close();
      await profile.end();
    },
  };
};

/** Those whose servers this run of the tests has. */
const profiles = (
  [
    ["MariaDB and RabbitMQ", "PARLANCE_TEST_MARIADB_URL", () => onServices("mariadb", false)],
    [
      "PostgreSQL, RabbitMQ and S3",
      "PARLANCE_TEST_POSTGRES_URL",
      () => onServices("postgres", true),
    ],
  ] as const
).filter(([, address]) => process.env[address] !== undefined);

const questions = [
  ["lexical", "oven controller"],
  ["semantic", "why did the oven controller reset"],
  ["hybrid", "customers were charged twice"],
  ["hybrid", "who is on holiday"],
  ["hybrid", "from:Mira flour"],
  ["lexical", '"wild garlic"'],
  ["hybrid", "zzqqxx unheard-of"],
] as const;

const answersOf = async (server: RunningServer, collection: string) => {
  const answers: unknown[] = [];
  for (const [mode, query] of questions) {
    const answer = await callJson<SearchAnswer>(
      `${server.url}/api/v1/collections/${collection}/search`,
      { body: { query, mode, limit: 10 } },
    );
    answers.push({
      query,
      // How far good matches by meaning go is measured on each collection with questions made at random.
      total: mode === "lexical" ? answer.total : answer.total > 0,
      // Answers that stand beside each other in a conversation have no order.
      hits: answer.hits.slice(0, 3).map(({ snippet }) => snippet.split("\n").toSorted()),
    });
  }
  return answers;
};

/** What pages show of a collection, without ids and times of this run. */
const figuresOf = async (server: RunningServer, id: string) => {
  const path = `${server.url}/api/v1/collections/${id}`;
  const collection = await callJson<Collection>(path);
  const overview = await callJson<Overview>(`${path}/overview`);
  const { conversations, total } = await callJson<{
    conversations: { title: string | null; messages: number }[];
    total: number;
  }>(`${path}/conversations?sort=longest&limit=100`);
  const { messages, others, firstAt, lastAt, indexed, sources, languages } = collection;
  return {
    collection: { messages, others, firstAt, lastAt, indexed, sources, languages },
    overview: [overview.messages, overview.conversations, overview.people, overview.lastAt],
    total,
    // Those of one length have no order that two collections share.
    conversations: conversations.map(({ title, messages: long }) => `${long} ${title}`).toSorted(),
  };
};

const demo = async (profile: Profile) => {
  const server = await startServer({ home: profile.home, env: profile.env, args: ["--demo"] });
  return { server, collection: await untilSampleIsRead(server) };
};

describe.runIf(profiles.length > 0)("the product", () => {
  let expected: { answers: unknown[]; figures: unknown };

  beforeAll(async () => {
    const profile = await embedded();
    await copySampleHome(profile.home);
    const server = await startServer({ home: profile.home });
    const collection = await untilSampleIsRead(server);
    expected = {
      answers: await answersOf(server, collection),
      figures: await figuresOf(server, collection),
    };
    await server.stop();
    await profile.end();
  });

  describe.each(profiles)("on %s", (_, __, open) => {
    let profile: Profile;
    let server: RunningServer;
    let collection: string;

    beforeAll(async () => {
      profile = await open();
      ({ server, collection } = await demo(profile));
    });
    afterAll(async () => {
      await server.stop();
      await profile.end();
    });

    it("gives the same answers as the embedded one", async () => {
      expect(await answersOf(server, collection)).toEqual(expected.answers);
    });

    it("shows the same figures and lists", async () => {
      expect(await figuresOf(server, collection)).toEqual(expected.figures);
    });

    it("erases an upload, and keeps the rest", async () => {
      const path = `${server.url}/api/v1/collections/${collection}`;
      const before = await callJson<Collection>(path);
      const canary = "xylophoniccanary7319";
      const upload = await callJson<Upload>(`${path}/uploads?filename=secret.jsonl`, {
        method: "PUT",
        raw: JSON.stringify({ id: "s", messages: [{ role: "user", content: `it is ${canary}` }] }),
      });
      const found = async () =>
        (
          await callJson<SearchAnswer>(`${path}/search`, {
            body: { query: canary, mode: "lexical" },
          })
        ).total;
      await expect.poll(found, { timeout: 30_000 }).toBe(1);
      await fetch(`${server.url}/api/v1/uploads/${upload.id}`, { method: "DELETE" });
      await expect.poll(found, { timeout: 30_000 }).toBe(0);
      await expect
        .poll(async () => (await callJson<Collection>(path)).messages, { timeout: 30_000 })
        .toBe(before.messages);
    });

    it("says what it runs on, without a password", async () => {
      const ready = await fetch(`${server.url}/ready`);
      const text = await ready.text();
      expect(ready.status).toBe(200);
      for (const value of Object.values(profile.env))
        if (URL.canParse(value) && new URL(value).password !== "")
          expect(text).not.toContain(new URL(value).password);
      if (profile.env["PARLANCE_BROKER_URL"] !== undefined) expect(text).toContain("RabbitMQ at ");
    });

    it("is backed up into a file from which an embedded one is restored", async () => {
      const target = await embedded();
      const file = join(target.home, "backup.tar");
      const env = { ...process.env, ...profile.env, PARLANCE_HOME: profile.home };
      await run(process.execPath, [program, "backup", file], { env });
      const home = join(target.home, "restored");
      await run(process.execPath, [program, "restore", file], {
        env: { ...process.env, PARLANCE_HOME: home },
      });
      const again = await startServer({ home });
      try {
        expect(await answersOf(again, collection)).toEqual(expected.answers);
      } finally {
        await again.stop();
        await target.end();
      }
    });
  });
});
