// The chaos proxy: each fault as a client sees it, and connections that work again when it is over.
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChaosProxy, openProxy } from "./proxy.ts";

let server: Server;
let proxy: ChaosProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  // Says back what it is told.
  server = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  proxy = await openProxy(typeof address === "object" ? (address?.port ?? 0) : 0);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  await new Promise<void>((done) => server.close(() => done()));
});

/** A client that keeps what it was answered, and how its connection ended. */
const aClient = async () => {
  const socket = connect(proxy.port, "127.0.0.1");
  clients.push(socket);
  const seen = { text: "", ended: "" };
  socket.on("data", (bytes: Buffer) => (seen.text += bytes));
  socket.on("error", (error: NodeJS.ErrnoException) => (seen.ended = error.code ?? "error"));
  socket.on("close", () => (seen.ended ||= "closed"));
  await new Promise((done) => socket.once("connect", done).once("close", done));
  return { socket, seen, say: (text: string) => socket.write(text) };
};

const answered = (client: Awaited<ReturnType<typeof aClient>>, text: string) =>
  expect.poll(() => client.seen.text, { interval: 5 }).toBe(text);

describe("a chaos proxy", () => {
  it("passes everything on in order while there is no fault", async () => {
    const client = await aClient();
    client.say("a");
    await answered(client, "a");
    const long = "0123456789".repeat(100_000);
    client.say(long);
    await answered(client, `a${long}`);
    client.socket.end();
    await expect.poll(() => proxy.connections()).toBe(0);
  });

  it("delays what passes, and keeps its order", async () => {
    const client = await aClient();
    proxy.disturb({ kind: "late", ms: 60 });
    const begun = performance.now();
    client.say("a");
    await pause(10);
    proxy.heal();
    client.say("b");
    await answered(client, "ab");
    expect(performance.now() - begun).toBeGreaterThan(55);
  });

  it("resets connections and refuses new ones until it is healed", async () => {
    const client = await aClient();
    client.say("a");
    await answered(client, "a");
    proxy.disturb({ kind: "reset" });
    await expect.poll(() => client.seen.ended).toBe("ECONNRESET");
    const next = await aClient();
    await expect.poll(() => next.seen.ended).not.toBe("");
    proxy.heal();
    const after = await aClient();
    after.say("b");
    await answered(after, "b");
  });

  it("keeps a silenced connection open for ever, and lets new ones pass when it is healed", async () => {
    const client = await aClient();
    client.say("a");
    await answered(client, "a");
    proxy.disturb({ kind: "silent" });
    client.say("b");
    await pause(50);
    proxy.heal();
    client.say("c");
    await pause(50);
    expect(client.seen).toEqual({ text: "a", ended: "" });
    const next = await aClient();
    next.say("d");
    await answered(next, "d");
  });

  it("lets a slow connection have its bytes a second and no more", async () => {
    const client = await aClient();
    proxy.disturb({ kind: "slow", bytesPerSecond: 20_000 });
    const begun = performance.now();
    const text = "x".repeat(2000);
    client.say(text);
    await answered(client, text);
    // There and back.
    expect(performance.now() - begun).toBeGreaterThan(150);
  });

  it("cuts an answer after the bytes that it was told", async () => {
    const client = await aClient();
    proxy.disturb({ kind: "cut", bytes: 5 });
    client.say("0123456789");
    await expect.poll(() => client.seen.ended).toBe("closed");
    expect(client.seen.text).toBe("01234");
  });
});
