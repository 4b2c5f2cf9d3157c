// A connection to RabbitMQ that is made again, with its channels, whenever any part of it fails: closed, cancelled, or silent.
import { setTimeout as pause } from "node:timers/promises";
import { type Channel, type ChannelModel, connect } from "amqplib";
import type { BrokerState } from "../broker.ts";
import { troubleOf, withHeartbeat } from "./address.ts";

/** Milliseconds for a connection to be made, and for its channels and queues. */
const CONNECT_MS = 10_000;
const BUILD_MS = 40_000;
/** Milliseconds that RabbitMQ may take to answer a question before it counts as silent. */
const ANSWER_MS = 10_000;
const LOOK_EVERY_MS = 5000;
/** Milliseconds that an orderly end may take. */
const END_MS = 1000;

/** A connection, while it lasts. */
export interface Session {
  readonly connection: ChannelModel;
  /** Something of it failed: all of it is made again. */
  failed(error: unknown): void;
}

export interface LinkOptions {
  readonly url: string;
  /** How RabbitMQ lists it. */
  readonly name: string;
  /**
   * Makes the channels; the connection counts as working from when it resolves. It, and what it makes, reports every failure
   * to the session.
   */
  build(session: Session): Promise<void>;
  /** Asks RabbitMQ something, now and then: a connection on which nobody answers is made again. */
  look(): Promise<void>;
  /** The session is over: none of its channels can be used any more. */
  ended(): void;
  onState(state: BrokerState): void;
  readonly lookEveryMs?: number | undefined;
  readonly answerMs?: number | undefined;
}

/** Reports every end of this channel that was not asked for: RabbitMQ may close it, and keep the connection. */
export const watchChannel = (
  channel: Channel,
  session: Session,
  isAskedFor: () => boolean = () => false,
): void => {
  channel.on("error", session.failed);
  // After the connection, which closes its channels first, has said why it ends.
  channel.on("close", () =>
    setImmediate(() => {
      if (!isAskedFor()) session.failed(new Error("RabbitMQ closed a channel"));
    }),
  );
};

export interface Link {
  state(): BrokerState;
  close(): Promise<void>;
}

/** Rejects after so many milliseconds; the timer is cleared when the work ends. */
export const within = async <T>(ms: number, what: string, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    // Twice round the loop: after a pause of this process, an answer that has come is read before it counts as late.
    timer = setTimeout(
      () => setImmediate(() => setImmediate(() => reject(new Error(`${what} took over ${ms} ms`)))),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Full jitter between 0.2 and 10 s, so that processes that lost the same broker do not all come back at once. */
export const delayAfter = (failures: number, random: () => number = Math.random): number =>
  200 + random() * (Math.min(10_000, 200 * 2 ** Math.min(failures, 6)) - 200);

/** The end of a connection: in order if it answers, and in any case. */
const endConnection = async (connection: ChannelModel): Promise<void> => {
  // It is given up: what else it reports, which without a listener would end the process, is no news.
  connection.on("error", () => undefined);
  await within(END_MS, "closing", connection.close()).catch(() => undefined);
  const { stream } = connection.connection as unknown as { stream?: { destroy(): void } };
  stream?.destroy();
};

/** Starts at once, and never gives up before it is closed. */
export const openLink = (options: LinkOptions): Link => {
  const closing = new AbortController();
  const aborted = new Promise<"closed">((resolve) =>
    closing.signal.addEventListener("abort", () => resolve("closed"), { once: true }),
  );
  let state: BrokerState = { kind: "connecting" };
  let failures = 0;
  const tell = (now: BrokerState) => {
    state = now;
    if (!closing.signal.aborted) options.onState(now);
  };

  /** Until it fails, or is to be closed. */
  const runSession = async (connection: ChannelModel): Promise<void> => {
    const end = Promise.withResolvers<never>();
    end.promise.catch(() => undefined);
    const failed = (error: unknown) => end.reject(error ?? new Error("RabbitMQ closed it"));
    let blocked = false;
    connection.on("error", failed);
    connection.on("close", failed);
    connection.on("blocked", (reason) => {
      blocked = true;
      tell({
        kind: "blocked",
        problem: `RabbitMQ takes no messages: ${reason}`,
        hint: "Free memory or disk on its machine: `rabbitmqctl status` shows the alarm. Work goes on by itself afterwards.",
      });
    });
    connection.on("unblocked", () => {
      blocked = false;
      tell({ kind: "connected" });
    });
    const until = <T>(work: Promise<T>) => Promise.race([work, end.promise, aborted]);
    const build = options.build({ connection, failed });
    build.catch(() => undefined);
    if ((await until(within(BUILD_MS, "declaring queues", build))) === "closed") return;
    failures = 0;
    tell({ kind: "connected" });
    for (;;) {
      const wait = pause(options.lookEveryMs ?? LOOK_EVERY_MS, undefined, {
        signal: closing.signal,
      }).catch(() => undefined);
      if ((await until(wait)) === "closed") return;
      // While it is blocked, RabbitMQ does not read what is asked.
      if (blocked) continue;
      const look = options.look();
      look.catch(() => undefined);
      if ((await until(within(options.answerMs ?? ANSWER_MS, "an answer", look))) === "closed")
        return;
    }
  };

  const connectOnce = async (): Promise<void> => {
    const connecting = connect(withHeartbeat(options.url), {
      timeout: CONNECT_MS,
      clientProperties: { connection_name: options.name },
    });
    const connection = await Promise.race([connecting, aborted]);
    if (connection === "closed") {
      connecting.then(endConnection, () => undefined);
      return;
    }
    try {
      await runSession(connection);
    } finally {
      options.ended();
      await endConnection(connection);
    }
  };

  const running = (async () => {
    while (!closing.signal.aborted) {
      try {
        await connectOnce();
      } catch (error) {
        tell({ kind: "down", ...troubleOf(error, options.url) });
      }
      failures++;
      await pause(delayAfter(failures), undefined, { signal: closing.signal }).catch(
        () => undefined,
      );
    }
  })();

  return {
    state: () => state,
    async close() {
      closing.abort();
      await running;
    },
  };
};
