// `parlance serve`, whole: home, workers, server, one line to open, and an orderly end.
import { once } from "node:events";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { type Config, readConfig } from "#services/config/config.ts";
import { type Collection, collection, collectionList } from "#services/contract/collections.ts";
import { dropFailedOutput, openLog } from "#services/log/log.ts";
import type { Parlance } from "#services/parlance.ts";
import { openParlance } from "#services/wire.ts";
import { startCrew } from "#workers/crew.ts";
import { startWatchingHome } from "#workers/watch-home.ts";
import { line, paint } from "../client/output.ts";
import { engineStates } from "./engine-states.ts";
import { readSample } from "./sample.ts";

const sampleName = "Sample";
/** A large database that is not checked within this time is checked while it serves. */
const START_CHECK_MS = 3000;

/** Loads the sample into a collection of its own. Sending it again is harmless: the same files add nothing. */
const loadSample = async (server: RunningServer): Promise<void> => {
  const files = await readSample();
  const api = `${server.url}/api/v1`;
  const read = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${api}${path}`, init);
    if (!response.ok) throw new Error(`The sample could not be loaded: ${await response.text()}`);
    return response.json();
  };
  const { collections } = collectionList.parse(await read("/collections"));
  const known = collections.find((one) => one.name === sampleName);
  if (known !== undefined && known.messages > 0) return;
  const made: Collection =
    known ??
    collection.parse(
      await read("/collections", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          name: sampleName,
          description:
            "Invented conversations of a co-operative bakery. Delete it whenever you like.",
        }),
      }),
    );
  for (const { name, bytes } of files)
    await read(`/collections/${made.id}/uploads?filename=${encodeURIComponent(name)}`, {
      method: "PUT",
      body: bytes as Uint8Array<ArrayBuffer>,
    });
};

const sayWhatMatters = (config: Config): void => {
  for (const name of config.unknown)
    process.stderr.write(`parlance: nothing reads the setting ${name}: a typing mistake?\n`);
  const missing = engineStates(config).find(
    (engine) => engine.name === "faiss" && !engine.available,
  );
  if (missing !== undefined && config.faiss !== "off")
    process.stderr.write(
      `parlance: FAISS is not used: ${missing.reason}; the built-in scan engine serves instead.\n`,
    );
  if (config.insecure)
    process.stderr.write(
      "parlance: PARLANCE_INSECURE=1: whoever reaches this port reads everything. Keep a proxy with passwords before it.\n",
    );
};

const untilToldToStop = async (): Promise<void> => {
  await Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
};

const serveOpened = async (parlance: Parlance, demo: boolean): Promise<void> => {
  const { config } = parlance;
  const log = openLog(config.log);
  const stopped = untilToldToStop();
  // A model that cannot be had is better known now than at the first question.
  await parlance.embedder();
  const crew = await startCrew(parlance, { onLog: (text) => log.warn(text) });
  const watching = startWatchingHome(parlance, {
    onError: (error) => log.error({ err: error }, "the home could not be looked after"),
  });
  try {
    const server = await startServer(parlance, {
      crew,
      engines: () => engineStates(config),
      onError: (error, requestId) => log.error({ err: error, requestId }, "a request failed"),
    });
    // Whatever fails from here on: a server without its home must not go on holding the port.
    try {
      parlance.announce(server.url);
      if (demo) await loadSample(server);
      const reach = /^(localhost|127\.|::1)/.test(config.host)
        ? "this machine only"
        : `listening on ${config.host}`;
      line(`Parlance is at ${paint(["bold", "cyan"], server.url)}  (${reach}; Ctrl-C stops it)`);
      await stopped;
    } finally {
      await server.stop();
    }
  } finally {
    await watching.stop();
    await crew.stop();
  }
};

/** @throws ParlanceError rejected `home-in-use` | `port-in-use` | `bad-setting` …; resolves when it was told to stop. */
export const serveHere = async (options: {
  env: NodeJS.ProcessEnv;
  demo: boolean;
}): Promise<void> => {
  // Whoever started it may close its terminal or fill its log's disk: the server goes on.
  dropFailedOutput(process.stdout, process.stderr);
  const config = readConfig(options.env);
  sayWhatMatters(config);
  const parlance = await openParlance(config, { checkMs: START_CHECK_MS });
  try {
    await serveOpened(parlance, options.demo);
  } finally {
    await parlance.close();
  }
};
