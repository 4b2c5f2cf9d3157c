// The server on a real port: OpenAI's own client, an occupied port, a stop with requests under way.
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embeddingsAnswer, openaiError } from "#services/contract/embeddings.ts";
import { uploadAccepted } from "#services/contract/uploads.ts";
import { openTestApi, printerDay, type TestApi } from "./api.builders.ts";
import { type RunningServer, startServer } from "./server.ts";

let api: TestApi;
let server: RunningServer;
let client: OpenAI;

beforeAll(async () => {
  api = await openTestApi({ idle: true });
  server = await startServer(api.instance);
  client = new OpenAI({ apiKey: "none", baseURL: `${server.url}/v1`, maxRetries: 0 });
});
afterAll(async () => {
  await server.stop();
  await api.close();
});

const model = "hash-64";
const length = (vector: readonly number[]) => Math.hypot(...vector);

describe("OpenAI's client", () => {
  it("gets the same vectors by base64, its default, and as numbers", async () => {
    const input = ["the printer is on fire", "hello"];
    const coded = await client.embeddings.create({ model, input });
    const plain = await client.embeddings.create({ model, input, encoding_format: "float" });
    expect(coded.data.map(({ index }) => index)).toEqual([0, 1]);
    for (const [at, { embedding }] of coded.data.entries()) {
      expect(embedding).toHaveLength(64);
      expect(length(embedding)).toBeCloseTo(1, 5);
      expect(embedding).toEqual(plain.data[at]?.embedding);
    }
    expect(plain.usage).toEqual({ prompt_tokens: 6, total_tokens: 6 });
  });

  it("may cut the vectors where the model may be cut", async () => {
    const { data } = await client.embeddings.create({ model, input: "a b c", dimensions: 32 });
    expect(data[0]?.embedding).toHaveLength(32);
    expect(length(data[0]?.embedding ?? [])).toBeCloseTo(1, 5);
    const refused = client.embeddings.create({ model, input: "a", dimensions: 33 });
    await expect(refused).rejects.toMatchObject({ status: 400, param: "dimensions" });
  });

  it("may send token ids, as other clients do", async () => {
    // cl100k_base: "hello" is 15339, " world" 1917.
    const one = await client.embeddings.create({ model, input: [15339, 1917] });
    const text = await client.embeddings.create({ model, input: "hello world" });
    expect(one.data[0]?.embedding).toEqual(text.data[0]?.embedding);
    const two = await client.embeddings.create({ model, input: [[15339], [15339, 1917]] });
    expect(two.data[1]?.embedding).toEqual(text.data[0]?.embedding);
  });

  it("is told what is wrong in the shape that it knows", async () => {
    const create = (body: Partial<OpenAI.EmbeddingCreateParams>) =>
      client.embeddings.create({ model, input: "x", ...body });
    await expect(create({ model: "gpt-x" })).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
      type: "invalid_request_error",
    });
    await expect(create({ input: "" })).rejects.toMatchObject({ status: 400, param: "input" });
    await expect(create({ input: [] })).rejects.toMatchObject({ status: 400, param: "input" });
    await expect(create({ input: Array(2049).fill("x") })).rejects.toMatchObject({ status: 400 });
    await expect(create({ input: "word ".repeat(300) })).rejects.toMatchObject({
      status: 400,
      code: "context_length_exceeded",
    });
    await expect(create({ input: Array(2048).fill("word ".repeat(200)) })).rejects.toMatchObject({
      status: 400,
    });
  });

  it("may have what is too long cut, and fields that nobody knows ignored", async () => {
    const body = { model, input: "word ".repeat(300), truncate: true, unheard_of: 1 };
    const answer = await fetch(`${server.url}/v1/embeddings`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", authorization: "Bearer x" },
    });
    expect(embeddingsAnswer.parse(await answer.json()).usage.prompt_tokens).toBe(256);
    expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
  });

  it("lists the models, with slashes in their names or not", async () => {
    const names: string[] = [];
    for await (const { id } of client.models.list()) names.push(id);
    expect(names).toEqual([model]);
    expect((await client.models.retrieve(model)).id).toBe(model);
    for (const id of ["some/other", "some%2Fother"]) {
      const answer = await fetch(`${server.url}/v1/models/${id}`);
      expect(answer.status).toBe(404);
      const { error } = openaiError.parse(await answer.json());
      expect(error).toMatchObject({ code: "model_not_found", param: "model" });
      expect(error.message).toContain("some/other");
    }
  });
});

describe("the port", () => {
  it("is told of when it is in use", async () => {
    const config = { ...api.parlance.config, port: server.port };
    const second = startServer({
      ...api.instance,
      config,
      within: (scope) => ({ ...api.instance.within(scope), config }),
    });
    await expect(second).rejects.toMatchObject({
      code: "port-in-use",
      hint: expect.stringContaining(`PARLANCE_PORT=${server.port + 1}`),
    });
  });

  it("answers a forged Host on the wire with a refusal", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      "GET /api/v1/collections HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    );
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 421 /);
  });

  it("lets a client that reads nothing before it has sent everything hear why it is refused", async () => {
    const { id } = await api.makeCollection("Large");
    const config = { ...api.parlance.config, maxUploadBytes: 1000 };
    const strict = await startServer({
      ...api.instance,
      config,
      within: (scope) => ({ ...api.instance.within(scope), config }),
    });
    const socket = connect(strict.port, "127.0.0.1").pause();
    const path = `/api/v1/collections/${id}/uploads?filename=a.log`;
    const piece = Buffer.alloc(64 * 1024, "a line\n");
    socket.write(
      `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${piece.length * 20}\r\n\r\n`,
    );
    for (let sent = 0; sent < 20; sent++) {
      socket.write(piece);
      await new Promise((later) => setTimeout(later, 50));
    }
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*upload-too-large/u);
    await strict.stop();
  });

  it("takes an upload that comes in pieces", async () => {
    const { id } = await api.makeCollection("Pieces");
    const sending = request({
      port: server.port,
      host: "127.0.0.1",
      method: "PUT",
      path: `/api/v1/collections/${id}/uploads?filename=a.log`,
    });
    for (const line of printerDay.split(/(?<=\n)/)) sending.write(line);
    sending.end();
    const [answer] = await once(sending, "response");
    answer.resume();
    expect(answer.statusCode).toBe(202);
  });
});

describe("the limit on the time in which a request arrives", () => {
  const requestMs = 150;
  let limited: RunningServer;
  beforeAll(async () => {
    limited = await startServer(api.instance, { requestMs });
  });
  afterAll(() => limited.stop());

  it("does not cut answers that take longer", async () => {
    const { id } = await api.makeCollection("Long followed");
    const at = `${limited.url}/api/v1/collections/${id}/uploads?filename=a.log`;
    const sent = await fetch(at, { method: "PUT", body: printerDay });
    const { id: followed } = uploadAccepted.parse(await sent.json());
    const leave = new AbortController();
    const events = await fetch(`${limited.url}/api/v1/uploads/${followed}/events`, {
      signal: leave.signal,
    });
    const reader = events.body?.getReader();
    await reader?.read();
    const broken = reader?.read().then(
      () => "broken",
      () => "broken",
    );
    const later = new Promise((resolve) => setTimeout(resolve, 4 * requestMs, "still open"));
    expect(await Promise.race([broken, later])).toBe("still open");
    leave.abort();
    await broken;
  });

  it("refuses a body that comes too slowly with 408", async () => {
    const slow = request(`${limited.url}/api/v1/collections`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": 100 },
    });
    slow.on("error", () => undefined);
    slow.write('{"name": "sl');
    const [answer] = await once(slow, "response");
    answer.resume();
    expect(answer.statusCode).toBe(408);
  });
});

describe("a stop", () => {
  it("lets what is under way end and takes nothing more", async () => {
    const short = await startServer(api.instance);
    const { id } = await api.makeCollection("Stopping");
    const sending = request({
      port: short.port,
      host: "127.0.0.1",
      method: "PUT",
      path: `/api/v1/collections/${id}/uploads?filename=a.log`,
    });
    sending.write("[10:00] <a> begun\n");
    await once(sending, "socket");
    // Answered once the server has read this far.
    await fetch(`${short.url}/health`);
    const stopped = short.stop();
    sending.end("[10:01] <a> ended\n");
    const [answer] = await once(sending, "response");
    answer.resume();
    expect(answer.statusCode).toBe(202);
    await stopped;
    await expect(fetch(`${short.url}/health`)).rejects.toThrow();
  });

  it("ends the streams that follow an upload", async () => {
    const short = await startServer(api.instance);
    const { id } = await api.makeCollection("Followed");
    const at = `${short.url}/api/v1/collections/${id}/uploads?filename=a.log`;
    const sent = await fetch(at, { method: "PUT", body: printerDay });
    const { id: followed } = uploadAccepted.parse(await sent.json());
    const events = await fetch(`${short.url}/api/v1/uploads/${followed}/events`);
    const told = events.text();
    await short.stop();
    expect(await told).toContain('"state":"queued"');
  });
});

describe("a JSON body of unknown length", () => {
  const send = async (bytes: number) => {
    const sent = request(`${server.url}/api/v1/collections`, {
      method: "POST",
      headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
    });
    const answered = once(sent, "response");
    sent.on("error", () => undefined);
    sent.write('{"name": "sent ');
    sent.end(`${"x".repeat(bytes)}"}`);
    const [{ statusCode }] = (await answered) as [{ statusCode: number }];
    return statusCode;
  };

  it("is read, and refused where it is too long", async () => {
    expect(await send(10)).toBe(201);
    expect(await send(1_100_000)).toBe(413);
  });
});
