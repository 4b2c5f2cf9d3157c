// How answers and errors of a real server are read.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ProblemError, readProblem, UnreachableError } from "./plain-request.ts";
import { reachability } from "./reachability.ts";
import { ask } from "./request.ts";

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    if (request.url === "/ok") return response.end(JSON.stringify({ n: 1 }));
    if (request.url === "/busy") {
      response.statusCode = 503;
      response.setHeader("retry-after", "4");
      response.setHeader("access-control-expose-headers", "retry-after");
      return response.end(JSON.stringify({ n: 2 }));
    }
    response.statusCode = 409;
    return response.end(
      JSON.stringify({
        type: "about:blank",
        title: "Taken",
        status: 409,
        code: "name-taken",
        detail: "There is a collection of that name.",
        hint: "Choose another name.",
      }),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const shape = z.object({ n: z.number() });

describe("ask", () => {
  it("gives the answer parsed by the schema", async () => {
    expect(await ask(shape, `${url}/ok`)).toEqual({ n: 1 });
  });

  it("rejects an answer that does not fit the schema", async () => {
    await expect(ask(z.object({ m: z.string() }), `${url}/ok`)).rejects.toThrow(z.ZodError);
  });

  it("throws the server's problem with its hint", async () => {
    const error = await ask(shape, `${url}/taken`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).problem).toMatchObject({
      code: "name-taken",
      hint: "Choose another name.",
    });
  });

  it("throws a busy server's problem with the time to wait, in milliseconds", async () => {
    await expect(ask(shape, `${url}/busy`)).rejects.toMatchObject({
      problem: { status: 503 },
      retryAfterMs: 4_000,
    });
  });

  it("parses the answer of an error status that is named as one with the same answer", async () => {
    expect(await ask(shape, `${url}/busy`, { alsoParsed: [503] })).toEqual({ n: 2 });
  });

  it("reports the server as unreachable where it does not answer", async () => {
    await expect(ask(shape, "http://127.0.0.1:9/never")).rejects.toThrow(UnreachableError);
    expect(reachability()).toBe("unreachable");
    await ask(shape, `${url}/ok`);
    expect(reachability()).toBe("reachable");
  });
});

describe("readProblem", () => {
  it("makes a problem of a proxy's HTML page", () => {
    expect(readProblem("<html>", 413, "Payload Too Large")).toMatchObject({
      status: 413,
      code: "http-413",
      detail: "Payload Too Large",
    });
  });
});
