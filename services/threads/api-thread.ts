// An API thread: the whole HTTP app without a port, on a Parlance of its own, answering what the main thread hands over.
import { parentPort, workerData } from "node:worker_threads";
import { buildApp } from "#services/api/app.ts";
import { openParlance } from "#services/wire.ts";
import { type FromThread, portable, type ThreadData, type ToThread } from "./messages.ts";

if (parentPort === null) throw new Error("This file is the start of a worker thread.");
const main = parentPort;
const { config, embedder } = workerData as ThreadData;
const say = (message: FromThread) => main.postMessage(message);

const parlance = await openParlance(config, {
  lock: false,
  embedderPort: embedder,
  onWarning: (message) => say({ kind: "warning", message }),
});
const app = buildApp(parlance, {
  wake: () => say({ kind: "wake" }),
  onError: (error, requestId) => say({ kind: "error", error: portable(error), requestId }),
});

const answer = async ({ id, request }: Extract<ToThread, { kind: "ask" }>): Promise<void> => {
  const { method, url, headers, body } = request;
  const response = await app.fetch(
    new Request(url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      ...(body === undefined ? {} : { body }),
    }),
  );
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
    await parlance.close();
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
