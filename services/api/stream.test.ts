// Answers written while they are made, over a real connection: whole ones end cleanly, broken ones end as broken transfers.
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Variables } from "./guard.ts";
import { answerProblem, asParlanceError } from "./problem.ts";
import { eventAnswer, streamAnswer } from "./stream.ts";

const run = promisify(execFile);
const headers = { "content-type": "application/octet-stream" };
const bytes = (text: string) => new TextEncoder().encode(text);

/** Errors that the server was told of, and whether sources were ended. */
let errors: unknown[] = [];
let ended: string[] = [];
const parts = { onError: (error: unknown) => errors.push(error) };

/** Pieces, then an error where one is given. */
const source = (name: string, pieces: readonly string[], error?: Error) =>
  async function* () {
    try {
      for (const piece of pieces) {
        yield bytes(piece);
        await new Promise((later) => setTimeout(later, 5));
      }
      if (error) throw error;
    } finally {
      ended.push(name);
    }
  };

const broken = new Error("the page 17 of the database is damaged");
const app = new Hono<{ Variables: Variables }>();
app.onError((error, c) => answerProblem(c, asParlanceError(error), ""));
app.get("/whole", (c) =>
  streamAnswer(c, parts, { headers, bytes: source("whole", ["one ", "two ", "three"]) }),
);
app.get("/long", (c) =>
  streamAnswer(c, parts, {
    headers,
    length: 3_000_000,
    bytes: source("long", Array(30).fill("x".repeat(100_000))),
  }),
);
app.get("/broken", (c) =>
  streamAnswer(c, parts, {
    headers,
    bytes: source("broken", ["one ", "two ", "three ", "four "], broken),
  }),
);
app.get("/broken-second", (c) =>
  streamAnswer(c, parts, { headers, bytes: source("second", ["one "], broken) }),
);
app.get("/broken-first", (c) =>
  streamAnswer(c, parts, { headers, bytes: source("first", [], broken) }),
);
app.get("/short", (c) =>
  streamAnswer(c, parts, { headers, length: 100, bytes: source("short", ["one ", "two "]) }),
);
app.get("/longer", (c) =>
  streamAnswer(c, parts, {
    headers,
    length: 5,
    bytes: source("longer", ["one ", "two ", "three"]),
  }),
);
app.get("/endless", (c) =>
  streamAnswer(c, parts, { headers, bytes: source("endless", Array(100_000).fill("x")) }),
);
app.get("/events", (c) =>
  eventAnswer(
    c,
    parts,
    async function* () {
      yield { event: "upload", data: "1\n2" };
      await new Promise((later) => setTimeout(later, 60));
      yield { event: "upload", data: "3" };
    },
    25,
  ),
);
app.get("/waiting-events", (c) =>
  eventAnswer(c, parts, async function* (signal) {
    try {
      yield { event: "upload", data: "1" };
      await new Promise<void>((gone) => signal.addEventListener("abort", () => gone()));
    } finally {
      ended.push("waiting");
    }
  }),
);
app.get("/broken-events", (c) =>
  eventAnswer(c, parts, async function* () {
    yield { event: "upload", data: "1" };
    await new Promise((later) => setTimeout(later, 30));
    throw broken;
  }),
);

let server: Server;
let url: string;
beforeAll(async () => {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The exit code of curl and what it received. */
const curl = async (path: string) => {
  errors = [];
  return run("curl", ["--silent", "--show-error", "--max-time", "10", `${url}${path}`]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );
};
const get = async (path: string) => {
  errors = [];
  return (await fetch(`${url}${path}`)).text();
};

describe("a streamed answer", () => {
  it("comes whole, with or without a length", async () => {
    expect(await get("/whole")).toBe("one two three");
    expect(await get("/long")).toHaveLength(3_000_000);
    expect(await curl("/whole")).toEqual({ code: 0, stdout: "one two three" });
    expect(errors).toEqual([]);
  });

  it.each(["/broken", "/broken-second", "/short", "/longer", "/broken-events"])(
    "%s ends as a broken transfer for fetch and curl, without a word of the error",
    async (path) => {
      await expect(get(path)).rejects.toThrow();
      expect(errors).toHaveLength(1);
      const { code, stdout } = await curl(path);
      // 18: transfer closed with data outstanding; 52: closed before anything came; 56: receiving failed.
      expect([18, 52, 56]).toContain(code);
      expect(stdout).not.toMatch(/error|page 17|announced/iu);
      expect(errors).toHaveLength(1);
    },
  );

  it("that fails before its first byte is a problem", async () => {
    const response = await fetch(`${url}/broken-first`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "internal" });
  });

  it("makes nothing for HEAD", async () => {
    ended = [];
    errors = [];
    const response = await fetch(`${url}/long`, { method: "HEAD" });
    expect(response.headers.get("content-length")).toBe("3000000");
    expect(ended).toEqual([]);
  });

  it("ends its source when the client goes away", async () => {
    ended = [];
    errors = [];
    const gone = new AbortController();
    const response = await fetch(`${url}/endless`, { signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    await expect.poll(() => ended).toEqual(["endless"]);
    expect(errors).toEqual([]);
  });

  it("fails for a reader in this process", async () => {
    const response = await app.request("/broken");
    await expect(response.text()).rejects.toThrow("page 17");
  });
});

describe("server-sent events", () => {
  it("come line by line, with a comment while nothing happens", async () => {
    const text = await get("/events");
    expect(text).toMatch(
      /^event: upload\ndata: 1\ndata: 2\n\n(: still here\n\n)+event: upload\ndata: 3\n\n$/u,
    );
  });

  it("end without an error when the client goes away while nothing happens", async () => {
    ended = [];
    errors = [];
    const gone = new AbortController();
    const response = await fetch(`${url}/waiting-events`, { signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    await expect.poll(() => ended).toEqual(["waiting"]);
    await new Promise((later) => setTimeout(later, 20));
    expect(errors).toEqual([]);
  });
});
