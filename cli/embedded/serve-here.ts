// Runs `parlance serve`: opens the home, starts workers and server, prints the URL, and stops everything in order.
import { once } from "node:events";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { readPasswordFile } from "#services/config/account-settings.ts";
import { type Config, readConfig } from "#services/config/config.ts";
import { unknownSettings } from "#services/config/setting-states.ts";
import { type Collection, collection, collectionList } from "#services/contract/collections.ts";
import { isWildcard } from "#services/domain/loopback.ts";
import { dropFailedOutput, openLog } from "#services/log/log.ts";
import type { Instance } from "#services/parlance.ts";
import { openApiThreads } from "#services/threads/threads.ts";
import { openParlance } from "#services/wire.ts";
import { type Crew, startCrew } from "#workers/crew.ts";
import { startWatchingHome } from "#workers/watch-home.ts";
import { line, paint } from "../client/output.ts";
import { engineStates } from "./engine-states.ts";
import { operatorHeader } from "./operator.ts";
import { readSample } from "./sample.ts";
import { startWorkerHealth } from "./worker-health.ts";

const sampleName = "Sample";
/** A large database that is not checked within this time is checked while the server runs. */
const START_CHECK_MS = 3000;
/**
 * What has not stopped so long after it was told to is left: a service that no longer answers must not keep the port. More than the
 * 20 s that workers have; these leave by themselves when their parent is gone, and nothing that was confirmed is lost.
 */
const STOP_MS = 25_000;
/** Sign-ins, links and tries that are over are removed once in so long. */
const SWEEP_MS = 3_600_000;
/** What people want to know is looked for, and mails that are due are sent, once in so long. */
const TELL_MS = 20_000;
/** Erased text is gone from copies of indexes after so long, where nobody has asked about them before. */
const REFRESH_MS = 60_000;
/** A model that another server or an earlier process was fetching is fetched on after so long at most. */
const FETCH_AGAIN_MS = 30_000;

/** Loads the sample into a collection of its own. Loading it again adds nothing. */
const loadSample = async (
  server: RunningServer,
  authorization: string | undefined,
): Promise<void> => {
  const files = await readSample();
  const api = `${server.url}/api/v1`;
  const read = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${api}${path}`, {
      ...init,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(init?.headers as Record<string, string>),
      },
    });
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
  for (const { name, near } of unknownSettings(config))
    process.stderr.write(
      `parlance: unknown setting ${name}, ${near === null ? "perhaps a typing mistake" : `perhaps ${near}`}\n`,
    );
  const missing = engineStates(config).find(
    (engine) => engine.name === "faiss" && !engine.available,
  );
  if (missing !== undefined && config.faiss !== "off")
    process.stderr.write(
      `parlance: FAISS is not used: ${missing.reason}; the built-in scan engine is used instead.\n`,
    );
  if (isWildcard(config.host) && !config.accounts.publicUrl && config.allowedHosts.length === 0)
    process.stderr.write(
      "parlance: others reach this port, and are answered only once PARLANCE_PUBLIC_URL is the address that they open.\n",
    );
  if (config.insecure)
    process.stderr.write(
      "parlance: PARLANCE_INSECURE=1: unless accounts are on, anyone who can reach this port can read everything.\n",
    );
};

const untilToldToStop = async (): Promise<void> => {
  await Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
};

const sayWhereItIs = ({ url }: RunningServer, { host }: Config): void => {
  const reach = /^(localhost|127\.|::1)/.test(host) ? "this machine only" : `listening on ${host}`;
  line(`Parlance is at ${paint(["bold", "cyan"], url)}  (${reach}; Ctrl-C stops it)`);
};

interface Serving {
  readonly instance: Instance;
  readonly log: ReturnType<typeof openLog>;
  /** What is started is stopped in reverse order, whatever fails, so that a server without its home does not keep the port. */
  readonly started: AsyncDisposableStack;
}

/** The workers, and whoever looks after what is stored. */
const startWork = async ({ instance, log, started }: Serving): Promise<Crew> => {
  const crew = await startCrew(instance, { onLog: (text) => log.warn(text) });
  started.defer(() => crew.stop());
  const watching = startWatchingHome(instance, {
    onError: (error) => log.error({ err: error }, "housekeeping of the home failed"),
  });
  started.defer(() => watching.stop());
  return crew;
};

/** What was erased leaves the copies of indexes too, also where nobody asks about them. @returns what ends it */
const keepRefreshing = ({ instance, log }: Serving): (() => Promise<void>) => {
  let running = Promise.resolve();
  const refresh = () => {
    running = running
      .then(() => instance.refreshIndexes())
      .catch((error: unknown) => log.error({ err: error }, "copies of indexes were not renewed"));
  };
  refresh();
  const timer = setInterval(refresh, REFRESH_MS).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
};

/** Models that were being fetched when a server ended are fetched on. @returns what ends it */
const keepFetchingModels = ({ instance, log }: Serving): (() => void) => {
  const resume = () => {
    instance.models
      .resume()
      .catch((error: unknown) => log.error({ err: error }, "fetching a model did not go on"));
  };
  resume();
  const timer = setInterval(resume, FETCH_AGAIN_MS).unref();
  return () => clearInterval(timer);
};

const serveWorker = async (serving: Serving): Promise<void> => {
  const { instance, started } = serving;
  const { stages } = instance.config;
  // A missing model is reported now, and not at the first job.
  if (stages.some((stage) => stage !== "post")) await instance.tokenCounter();
  const health = await startWorkerHealth(instance, await startWork(serving));
  started.defer(() => health.stop());
  instance.announce(health.url);
  line(`A worker of Parlance (${stages.join(", ")}) says how it is at ${health.url}/ready`);
};

const sayLink = (link: string): void => {
  line("Nobody owns this server yet. Open this link within a day to become its owner:");
  line(`  ${paint(["bold", "cyan"], link)}`);
  line("`parlance accounts setup-link` prints a new one, and ends this one.");
};

/** Who owns the server, where people sign in: as the settings say, or by a link that is printed. */
const prepareAccounts = async ({ instance, log, started }: Serving, url: string): Promise<void> => {
  const accounts = await instance.accounts();
  const { owner, publicUrl } = instance.config.accounts;
  if (await accounts.isOn()) {
    if (owner !== undefined) {
      const password = readPasswordFile(owner.passwordFile);
      const name = owner.email.split("@")[0] ?? owner.email;
      if (await accounts.makeFirstOwner({ email: owner.email, name, password }))
        line(`${owner.email} owns this server.`);
    }
    const link = await accounts.setupLink(publicUrl ?? url, "known");
    if (link !== undefined) sayLink(link);
  }
  const sweep = () =>
    accounts.sweep().catch((error: unknown) => {
      log.warn({ err: error }, "sign-ins that are over were not removed");
    });
  void sweep();
  const stopping = new AbortController();
  let telling: Promise<void> | undefined;
  // One after the other: a mail server may take longer than the pause.
  const tell = () => {
    telling ??= accounts
      .tellNews(publicUrl ?? url, stopping.signal)
      .catch((error: unknown) => log.warn({ err: error }, "people were not told of news"))
      .finally(() => {
        telling = undefined;
      });
  };
  const timers = [setInterval(sweep, SWEEP_MS), setInterval(tell, TELL_MS)];
  for (const timer of timers) timer.unref();
  started.defer(async () => {
    stopping.abort();
    for (const timer of timers) clearInterval(timer);
    await telling;
  });
};

const serveWeb = async (serving: Serving, demo: boolean): Promise<void> => {
  const { instance, log, started } = serving;
  const { config } = instance;
  const onError = (error: unknown, requestId: string) =>
    log.error({ err: error, requestId }, "a request failed");
  const onLog = (text: string) => log.warn(text);
  // Opened now, so that a missing model is reported at the start and not at the first search.
  await instance.embedder();
  // Where others do the work, they look for it several times a second.
  const crew = config.role === "all" ? await startWork(serving) : undefined;
  const threads = await openApiThreads({
    config,
    embedder: (model) => instance.embedder(model),
    onHealth: instance.health.tell,
    wake: () => crew?.wake(),
    onError,
    onWarning: onLog,
  });
  started.defer(() => threads.stop());
  started.defer(keepRefreshing(serving));
  started.defer(keepFetchingModels(serving));
  const server = await startServer(instance, {
    ...(crew === undefined ? {} : { crew }),
    delegate: threads,
    engines: () => engineStates(config),
    onError,
  });
  started.defer(() => server.stop());
  instance.announce(server.url);
  await prepareAccounts(serving, server.url);
  if (demo) await loadSample(server, await operatorHeader(config)());
  sayWhereItIs(server, config);
};

const serveOpened = async (instance: Instance, demo: boolean): Promise<void> => {
  const stopped = untilToldToStop();
  await using started = new AsyncDisposableStack();
  const serving = { instance, log: openLog(instance.config.log), started };
  await (instance.config.role === "worker" ? serveWorker(serving) : serveWeb(serving, demo));
  await stopped;
  setTimeout(() => {
    serving.log.warn(`not everything stopped within ${STOP_MS / 1000} s: the rest is left`);
    process.exit(1);
  }, STOP_MS).unref();
};

/** @throws ParlanceError rejected `home-in-use` | `port-in-use` | `bad-setting` …; resolves when it was stopped. */
export const serveHere = async (options: {
  readonly env: NodeJS.ProcessEnv;
  /** Settings that stood on the command line, in the place of those in the environment. */
  readonly typed: Readonly<Record<string, string>>;
  readonly demo: boolean;
}): Promise<void> => {
  // The terminal may be closed or the log's disk full; the server continues.
  dropFailedOutput(process.stdout, process.stderr);
  const config = readConfig({ ...options.env, ...options.typed }, Object.keys(options.typed));
  sayWhatMatters(config);
  const instance = await openParlance(config, { checkMs: START_CHECK_MS });
  try {
    await serveOpened(instance, options.demo);
  } finally {
    await instance.close();
  }
};
