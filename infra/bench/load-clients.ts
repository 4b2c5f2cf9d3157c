// Clients of the load benchmark in a thread of their own: searches in a closed loop, or health probes at fixed times.
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, Worker, workerData } from "node:worker_threads";

export interface Plan {
  readonly url: string;
  readonly seconds: number;
  readonly kind: "searches" | "probes";
  /** Searches: parallel clients, each sending the next one as soon as it was answered. */
  readonly clients: number;
  readonly path: string;
  readonly bodies: readonly string[];
  /** Probes: milliseconds between two of them. */
  readonly everyMs: number;
}

export interface Measured {
  /** Milliseconds of each request answered with 200; for probes from the time at which they were due. */
  readonly answered: number[];
  /** Milliseconds from the first attempt of a search to its answer, including refusals and waiting. */
  readonly settled: number[];
  /** Requests answered with 503 and Retry-After. */
  refused: number;
  /** Requests with any other status, or without an answer. */
  failed: number;
}

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

const ask = (agent: Agent, { url, path }: Plan, body: string | undefined): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      `${url}${path}`,
      {
        agent,
        method: body === undefined ? "GET" : "POST",
        headers: body === undefined ? {} : { "content-type": "application/json" },
      },
      (response) => {
        response.resume();
        response.on("error", reject);
        response.on("end", () => {
          const after = response.headers["retry-after"];
          resolve({
            status: response.statusCode ?? 0,
            retryAfterMs: after === undefined ? undefined : Number(after) * 1000,
          });
        });
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });

/** Repeats a request until it is answered, waiting as long as the server says. */
const settle = async (agent: Agent, plan: Plan, body: string, measured: Measured) => {
  const began = performance.now();
  for (;;) {
    const sent = performance.now();
    const answer = await ask(agent, plan, body).catch((): undefined => undefined);
    if (answer?.status === 200) {
      measured.answered.push(performance.now() - sent);
      measured.settled.push(performance.now() - began);
      return;
    }
    if (answer?.status !== 503 || answer.retryAfterMs === undefined) {
      measured.failed++;
      return;
    }
    measured.refused++;
    await pause(answer.retryAfterMs);
  }
};

const search = async (plan: Plan, measured: Measured): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.clients });
  const until = performance.now() + plan.seconds * 1000;
  let next = 0;
  const client = async () => {
    while (performance.now() < until)
      await settle(agent, plan, plan.bodies[next++ % plan.bodies.length] ?? "", measured);
  };
  await Promise.all(Array.from({ length: plan.clients }, client));
  agent.destroy();
};

const probe = async (plan: Plan, measured: Measured): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const began = performance.now();
  const sent: Promise<void>[] = [];
  for (let due = 0; due < plan.seconds * 1000; due += plan.everyMs) {
    await pause(Math.max(0, began + due - performance.now()));
    const one = ask(agent, plan, undefined).then(
      ({ status }) => {
        if (status === 200) measured.answered.push(performance.now() - began - due);
        else measured.failed++;
      },
      () => {
        measured.failed++;
      },
    );
    sent.push(one);
  }
  await Promise.all(sent);
  agent.destroy();
};

/** Runs the clients in a thread. */
export const runClients = (plan: Plan): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: plan });
    worker.once("message", resolve);
    worker.once("error", reject);
  });

if (parentPort !== null) {
  const plan = workerData as Plan;
  const measured: Measured = { answered: [], settled: [], refused: 0, failed: 0 };
  await (plan.kind === "searches" ? search(plan, measured) : probe(plan, measured));
  parentPort.postMessage(measured);
}
