// An idle HTTP server in a process of its own: the latency of its answers is the machine's part of a measured latency.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export const startBareServer = async (): Promise<{ url: string; stop(): void }> => {
  const child = fork(import.meta.filename);
  const [port] = (await once(child, "message")) as [number];
  return { url: `http://localhost:${port}`, stop: () => child.kill() };
};

if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  const server = createServer((_, response) => response.end("{}"));
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("disconnect", () => process.exit());
}
