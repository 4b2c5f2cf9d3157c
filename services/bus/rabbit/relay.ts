// The relay: sends jobs that wait in the table to RabbitMQ, in turn and few at a time, and again where a message was lost.
import { setTimeout as pause } from "node:timers/promises";
import type { Channel, ConfirmChannel } from "amqplib";
import type { JobName } from "#services/contract/jobs.ts";
import { type Duration, milliseconds, seconds } from "#services/domain/units.ts";
import type { Outage } from "#services/log/outage.ts";
import type { BrokerState } from "../broker.ts";
import type { ConsumeOptions } from "../bus.ts";
import { Turns } from "../database-claims.ts";
import { openDueNames } from "../due-names.ts";
import type { JobStore } from "../job-store.ts";
import { type Link, openLink, type Session, watchChannel, within } from "./link.ts";
import { choose, setPublished, someAreOverdue } from "./published.ts";
import { declare, type Topology, writeMessage } from "./topology.ts";

/** Jobs of one name that wait in RabbitMQ, beyond those that a process may have in hand: the next ones are there when it is free. */
const AHEAD = 2;
/** A message that nobody has taken for so long is looked after: it is lost, or everybody is busy. */
const LIFETIME: Duration = seconds(20);
/** Lifetimes after which it is sent again even though others wait in its queue: a lost one would otherwise wait for an empty one. */
const MOST_LIFETIMES = 15;
const CONFIRM_MS = 10_000;

export interface RelayOptions {
  readonly url: string;
  readonly name: string;
  readonly store: JobStore;
  readonly topology: Topology;
  /** How often the table is looked at without being woken. */
  readonly pollEvery: Duration;
  readonly lifetime?: Duration | undefined;
  readonly confirmMs?: number | undefined;
  readonly lookEveryMs?: number | undefined;
  readonly answerMs?: number | undefined;
  readonly outage: Outage;
  onState(state: BrokerState): void;
}

export interface Relay {
  /** Sends jobs of this name, as many ahead as its consumer needs, until `stop`, which waits for what is being sent. */
  start(name: JobName, options: ConsumeOptions): { stop(): Promise<void> };
  /** Looks for jobs now, of this name or of all. */
  wake(name?: JobName): void;
  state(): BrokerState;
  close(): Promise<void>;
}

interface Publisher {
  readonly channel: ConfirmChannel;
  /** For questions: one that is answered with an error closes its channel. */
  readonly asking: Channel;
  readonly session: Session;
  /** Jobs whose message came back since no queue takes it. */
  readonly returned: Set<string>;
}

/** The names that are sent, and what each of them has to remember. */
interface Line {
  readonly turns: Turns;
  readonly options: ConsumeOptions;
  wakes: number;
  /** Ends its sleep, while it sleeps. */
  rouse: () => void;
  /** When it was last looked whether messages are overdue. */
  lookedAt: number;
  /** Lifetimes that passed one after the other while messages waited in the queue. */
  waited: number;
}

export const openRelay = (options: RelayOptions): Relay => {
  const { store, topology, outage } = options;
  const lifetime = options.lifetime ?? LIFETIME;
  const lines = new Map<JobName, Line>();
  const isDue = openDueNames(store, { unpublished: true });
  let publisher: Publisher | undefined;
  let link: Link | undefined;

  const wake = (name?: JobName) => {
    for (const [one, line] of lines)
      if (name === undefined || name === one) {
        line.wakes++;
        line.rouse();
      }
  };
  const sleep = (line: Line) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, options.pollEvery);
      line.rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** A queue without messages has lost those that were on their way to it, or workers have them: sent twice is harmless. */
  const sendLostAgain = async (waiting: ReadonlyMap<JobName, number>) => {
    for (const [name, count] of waiting)
      if (count === 0) await setPublished(store, name, { until: null });
  };

  const build = async (session: Session) => {
    const { connection } = session;
    const channel = await connection.createConfirmChannel();
    const asking = await connection.createChannel();
    const returned = new Set<string>();
    for (const one of [channel, asking]) watchChannel(one, session);
    channel.on("return", ({ properties }) => returned.add(String(properties.messageId)));
    await sendLostAgain(await declare(asking, topology, lines.keys()));
    publisher = { channel, asking, session, returned };
    wake();
  };

  /** Opened with the first name: a process that takes no jobs sends none. */
  const openOnce = () => {
    link ??= openLink({
      url: options.url,
      name: `${options.name} relay`,
      build,
      async look() {
        for (const name of lines.keys()) await publisher?.asking.checkQueue(topology.queueOf(name));
      },
      ended: () => {
        publisher = undefined;
      },
      onState(state) {
        options.onState(state);
        if (state.kind === "connected") wake();
      },
      lookEveryMs: options.lookEveryMs,
      answerMs: options.answerMs,
    });
  };

  /** Durable in RabbitMQ when it resolves. @throws where that is not known, or no queue takes it */
  const send = async ({ channel, returned }: Publisher, name: JobName, id: string) => {
    const confirmed = new Promise<void>((resolve, reject) => {
      channel.publish(
        topology.exchange,
        name,
        writeMessage(id, name),
        { mandatory: true, persistent: true, messageId: id, contentType: "application/json" },
        (error: unknown) => (error ? reject(error) : resolve()),
      );
    });
    await within(options.confirmMs ?? CONFIRM_MS, "a confirm", confirmed);
    if (returned.delete(id)) throw new Error(`no queue takes ${name}: it was deleted`);
  };

  /** Those whose confirm does not come are sent again when their lifetime is over. */
  const sendAll = async (by: Publisher, name: JobName, ids: readonly string[]) => {
    const sent = await Promise.allSettled(ids.map((id) => send(by, name, id)));
    const lost = sent.find((one) => one.status === "rejected");
    if (lost === undefined) return;
    // While it is blocked, RabbitMQ keeps what was written to it, and confirms it afterwards.
    if (link?.state().kind !== "blocked") by.session.failed(lost.reason);
    throw lost.reason;
  };

  const lookAfterOverdue = async ({ asking }: Publisher, name: JobName, line: Line) => {
    // Seldom enough to cost nothing, often enough for what is lost to be only a little later.
    if (performance.now() - line.lookedAt < lifetime / 4) return;
    line.lookedAt = performance.now();
    if (!(await someAreOverdue(store, name))) return;
    const { messageCount } = await asking.checkQueue(topology.queueOf(name));
    const overdueAt = store.now();
    line.waited = messageCount > 0 ? line.waited + 1 : 0;
    if (messageCount > 0 && line.waited <= MOST_LIFETIMES)
      return setPublished(store, name, { until: overdueAt + lifetime, overdueAt });
    line.waited = 0;
    await setPublished(store, name, { until: null, overdueAt });
  };

  /** @returns how many were sent */
  const pass = async (name: JobName, line: Line): Promise<number> => {
    const by = publisher;
    if (by === undefined || link?.state().kind !== "connected") return 0;
    await lookAfterOverdue(by, name, line);
    if (!(await isDue(name))) return 0;
    const { turns, options: how } = line;
    const most = how.concurrency + AHEAD;
    const ids = await choose(store, { name, turns, options: how, most, lifetime });
    await sendAll(by, name, ids);
    return ids.length;
  };

  const run = async (name: JobName, line: Line, leaving: AbortSignal) => {
    for (let failures = 0; !leaving.aborted; ) {
      const before = line.wakes;
      try {
        const sent = await pass(name, line);
        failures = 0;
        if (sent > 0) outage.worked();
        else if (line.wakes === before && !leaving.aborted) await sleep(line);
      } catch (error) {
        // What the connection itself suffers from is told by its state.
        if (publisher !== undefined) outage.failed(error);
        const wait = Math.min(5000, 100 * 2 ** Math.min(failures++, 6));
        await pause(wait, undefined, { signal: leaving }).catch(() => undefined);
      }
    }
  };

  /** Its queue is declared on the connection there is, if there is one. */
  const declareNow = async (name: JobName) => {
    const by = publisher;
    if (by === undefined) return;
    try {
      await sendLostAgain(await declare(by.asking, topology, [name]));
    } catch (error) {
      by.session.failed(error);
    }
  };

  return {
    start(name, how) {
      const leaving = new AbortController();
      const line: Line = {
        turns: new Turns(),
        options: how,
        wakes: 0,
        rouse: () => undefined,
        lookedAt: Number.NEGATIVE_INFINITY,
        waited: 0,
      };
      lines.set(name, line);
      openOnce();
      const running = declareNow(name).then(() => run(name, line, leaving.signal));
      return {
        async stop() {
          leaving.abort();
          wake(name);
          await running;
          lines.delete(name);
        },
      };
    },
    wake,
    state: () => link?.state() ?? { kind: "connecting" },
    close: async () => link?.close(),
  };
};

/** How often a relay looks at the table without being woken, by default. */
export const RELAY_POLL: Duration = milliseconds(200);
