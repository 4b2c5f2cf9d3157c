// An API thread: the whole HTTP app without a port, on a Parlance of its own; it answers the requests that the main thread passes on.
import { parentPort, workerData } from "node:worker_threads";
import { buildApp, type DelegatedRequest } from "#services/api/app.ts";
import { openParlance } from "#services/wire.ts";
import { type FromThread, portable, type ThreadData, type ToThread } from "./messages.ts";

if (parentPort === null) throw new Error("This file is the start of a worker thread.");
const main = parentPort;
const { config, embedder, indexIdleMs } = workerData as ThreadData;
const say = (message: FromThread) => main.postMessage(message);

const instance = await openParlance(config, {
  lock: false,
  embedderPort: embedder,
  indexIdleMs,
  onWarning: (message) => say({ kind: "warning", message }),
});
const sayHealth = () => say({ kind: "health", parts: instance.health.parts() });
instance.health.onChange(sayHealth);
// Something may have been noticed while it was opened.
sayHealth();
const given = new WeakMap<Request, DelegatedRequest>();
const givenWith = (request: Request): DelegatedRequest => {
  const found = given.get(request);
  if (found === undefined) throw new Error("A request reached an API thread without a scope.");
  return found;
};
const app = buildApp(instance, {
  scopeOf: (request) => givenWith(request).scope,
  madeEntryOf: (request) => givenWith(request).madeEntry,
  wake: () => say({ kind: "wake" }),
  onError: (error, requestId) => say({ kind: "error", error: portable(error), requestId }),
});

const answer = async ({ id, request }: Extract<ToThread, { kind: "ask" }>): Promise<void> => {
  const { method, url, headers, body } = request;
  const asked = new Request(url, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(body === undefined ? {} : { body }),
  });
  given.set(asked, request);
  const response = await app.fetch(asked);
  const bytes = await response.arrayBuffer();
  const message: FromThread = {
    kind: "answer",
    id,
    answer: { status: response.status, headers: [...response.headers], body: bytes },
  };
  main.postMessage(message, [bytes]);
};

main.on("message", async (message: ToThread) => {
  if (message.kind === "stop") {
    await instance.close();
    process.exit();
  }
  try {
    await answer(message);
  } catch (error) {
    say({ kind: "error", error: portable(error), requestId: "" });
    say({ kind: "failed", id: message.id });
  }
});
say({ kind: "ready" });
