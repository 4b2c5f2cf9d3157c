// The app in this process, on the home itself: used by the command line where no server is running.
import { buildApp } from "#services/api/app.ts";
import type { Config } from "#services/config/config.ts";
import { openParlance } from "#services/wire.ts";
import { startCrew } from "#workers/crew.ts";
import type { Client } from "../client/client.ts";
import { operatorHeader } from "./operator.ts";

/** Requests that change nothing although they are POST. */
const isQuestion = /\/(?:search|figures|messages|compare|hits)$/u;

/** Holds the home until it is closed; workers are started with the first request that changes something. */
export const openLocal = async (config: Config): Promise<Client> => {
  const instance = await openParlance(config);
  let crew: ReturnType<typeof startCrew> | undefined;
  const startWorkers = () => {
    // No server answers questions beside them: they have the priority of the command, which waits for nothing else.
    crew ??= startCrew(instance, { nice: 0 });
    return crew;
  };
  const app = buildApp(instance, { wake: () => void crew?.then((started) => started.wake()) });
  // Opened, so that the home has its secret.
  await instance.accounts();
  const authorization = operatorHeader(config);
  return {
    where: config.home,
    local: true,
    fetch: async (path, init) => {
      if ((init?.method ?? "GET") !== "GET" && !isQuestion.test(path)) await startWorkers();
      const headers = new Headers(init?.headers);
      const who = await authorization();
      if (who !== undefined) headers.set("authorization", who);
      return app.fetch(new Request(new URL(path, "http://localhost"), { ...init, headers }));
    },
    close: async () => {
      await (await crew)?.stop();
      await instance.close();
    },
  };
};
