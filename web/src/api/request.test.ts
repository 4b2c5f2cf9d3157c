// How answers and refusals of a real server are read.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { reachability } from "./reachability.ts";
import { ask, ProblemError, readProblem, UnreachableError } from "./request.ts";

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    if (request.url === "/ok") return response.end(JSON.stringify({ n: 1 }));
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
  it("gives the answer in the contract's shape", async () => {
    expect(await ask(shape, `${url}/ok`)).toEqual({ n: 1 });
  });

  it("refuses an answer of another shape", async () => {
    await expect(ask(z.object({ m: z.string() }), `${url}/ok`)).rejects.toThrow(z.ZodError);
  });

  it("throws the server's problem with its hint", async () => {
    const refusal = await ask(shape, `${url}/taken`).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ProblemError);
    expect((refusal as ProblemError).problem).toMatchObject({
      code: "name-taken",
      hint: "Choose another name.",
    });
  });

  it("says that the server is gone where nobody answers", async () => {
    await expect(ask(shape, "http://127.0.0.1:9/never")).rejects.toThrow(UnreachableError);
    expect(reachability()).toBe("gone");
    await ask(shape, `${url}/ok`);
    expect(reachability()).toBe("here");
  });
});

describe("readProblem", () => {
  it("makes a problem of a proxy's page", () => {
    expect(readProblem("<html>", 413, "Payload Too Large")).toMatchObject({
      status: 413,
      code: "http-413",
      detail: "Payload Too Large",
    });
  });
});
