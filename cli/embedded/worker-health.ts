// What a server without a web app tells of itself: /health and /ready on its port, for whoever watches over it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { productVersion } from "#services/api/app.ts";
import { rejected } from "#services/domain/errors.ts";
import { check } from "#services/health/health.ts";
import type { Instance } from "#services/parlance.ts";
import { type Crew, rolesOf } from "#workers/crew.ts";

/** As `/ready` of the API says it, as far as it is about this machine. */
const readiness = async (instance: Instance, crew: Crew) => {
  const checks = await Promise.all([
    check("database", async () => {
      await instance.database.ping();
      return "answers";
    }),
    check("disk", async () => {
      const short = await instance.space.short();
      if (short !== null) throw new Error("nearly full: jobs that write wait until there is room");
      return "has room";
    }),
    check("workers", async () => {
      const running = crew.workers();
      const resting = crew.resting();
      const wanted = rolesOf(instance.config, 0).length - resting.length;
      const said = [
        ...running.map(({ pid, stages }) => `${stages.join("+")} (${pid})`),
        ...resting.map((stages) => `${stages.join("+")} (starts when it has a job)`),
      ].join(", ");
      if (running.length < wanted)
        throw new Error(`${running.length} of ${wanted} processes run: ${said}`);
      return said;
    }),
  ]);
  return {
    ready: checks.every(({ ok }) => ok),
    version: productVersion(),
    server: instance.facts,
    checks,
    degraded: instance.health.parts(),
  };
};

export interface WorkerHealth {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Listens on the configured host and port.
 * @throws ParlanceError rejected `cannot-listen`
 */
export const startWorkerHealth = async (instance: Instance, crew: Crew): Promise<WorkerHealth> => {
  const { host, port } = instance.config;
  const server = createServer(async (request, response) => {
    const say = (status: number, body: unknown) =>
      response
        .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
        .end(`${JSON.stringify(body)}\n`);
    const path = request.url?.split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") return say(405, {});
    if (path === "/health") return say(200, { status: "ok" });
    if (path !== "/ready")
      return say(404, { code: "not-found", detail: "A worker has /health and /ready only." });
    const state = await readiness(instance, crew);
    return say(state.ready ? 200 : 503, state);
  });
  server.listen(port, host);
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (cause) =>
      reject(
        rejected(`${host}:${port} cannot be listened on: ${cause.message}`, {
          code: "cannot-listen",
          hint: "Choose another port with PARLANCE_PORT: each server of a machine needs its own.",
          cause,
        }),
      ),
    );
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${chosen}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
