// The bus over RabbitMQ: messages say which job may be taken; the jobs table says what it is, who has it, and how often it was tried.
import { hostname } from "node:os";
import type { Channel } from "amqplib";
import type { JobName } from "#services/contract/jobs.ts";
import type { Duration } from "#services/domain/units.ts";
import { openOutage } from "#services/log/outage.ts";
import type { Broker, BrokerState } from "./broker.ts";
import type { Bus } from "./bus.ts";
import { type JobSource, openClaimingBus } from "./claiming-bus.ts";
import { type DatabaseBusOptions, openDatabaseSource } from "./database.ts";
import type { FoundRow } from "./database-claims.ts";
import { labelOf } from "./rabbit/address.ts";
import {
  type Link,
  type LinkOptions,
  openLink,
  type Session,
  watchChannel,
} from "./rabbit/link.ts";
import { Listening } from "./rabbit/listening.ts";
import { findPublished, unpublish } from "./rabbit/published.ts";
import { openRelay, RELAY_POLL } from "./rabbit/relay.ts";
import { declare, topologyOf } from "./rabbit/topology.ts";

export interface RabbitBusOptions extends DatabaseBusOptions {
  /** amqp://user:password@host:port/vhost */
  readonly url: string;
  /** Connects at once, to know whether it can; otherwise with the first consumer. */
  readonly watch?: boolean;
  /** The first part of the names of exchanges and queues; "parlance" by default. */
  readonly prefix?: string;
  readonly onState?: (state: BrokerState) => void;
  readonly onLog?: (line: string) => void;
  /** After so long a message that nobody took is looked after; 20 s by default. Shorter in tests, as the following. */
  readonly lifetime?: Duration;
  readonly confirmMs?: number;
  /** How often a connection is asked for a sign of life. */
  readonly lookEveryMs?: number;
  /** How long it may take to answer. */
  readonly answerMs?: number;
  /** For how long a message is held before it is acknowledged without its job being done. */
  readonly holdMs?: number;
}

export interface RabbitBus extends Bus {
  readonly broker: Broker;
}

/** Of two connections, the state that people should know of. */
const worse = (one: BrokerState, other: BrokerState): BrokerState => {
  const rank = { down: 3, blocked: 2, connecting: 1, connected: 0 } as const;
  return rank[other.kind] > rank[one.kind] ? other : one;
};

/**
 * Opens at once and connects by itself, again and again: while RabbitMQ is away, jobs wait in the table.
 * Two connections, since RabbitMQ stops reading from those that publish when it is short of memory or disk: one for messages that
 * come, and one, opened with the first consumer, for those that are sent.
 */
export const openRabbitBus = (options: RabbitBusOptions): RabbitBus => {
  const { store, url, worker } = options;
  const topology = topologyOf(options.prefix);
  const say = options.onLog ?? ((line: string) => console.error(line));
  const outage = openOutage("broker", say);
  const name = `parlance ${worker.id} on ${hostname()}`;
  const listeners = new Map<JobName, Listening>();
  const rows = openDatabaseSource(options);
  let session: Session | undefined;
  let asking: Channel | undefined;
  let incoming: BrokerState = { kind: "connecting" };
  let outgoing: BrokerState | undefined;

  const state = () => (outgoing === undefined ? incoming : worse(incoming, outgoing));
  const told = () => {
    const now = state();
    if (now.kind === "down" || now.kind === "blocked") outage.failed(now.problem);
    else if (now.kind === "connected") outage.worked();
    options.onState?.(now);
  };

  const relay = openRelay({
    url,
    name,
    store,
    topology,
    pollEvery: options.pollEvery ?? RELAY_POLL,
    lifetime: options.lifetime,
    confirmMs: options.confirmMs,
    lookEveryMs: options.lookEveryMs,
    answerMs: options.answerMs,
    outage: openOutage("relay to the broker", say),
    onState(now) {
      outgoing = now;
      told();
    },
  });

  const listen = async (on: Session, listening: Listening) => {
    if (asking) await declare(asking, topology, [listening.name]);
    await listening.attach(on);
  };

  let link: Link | undefined;
  const openOnce = () => {
    link ??= openLink(linking);
  };
  const linking: LinkOptions = {
    url,
    name: `${name} consumers`,
    async build(made: Session) {
      const channel = await made.connection.createChannel();
      watchChannel(channel, made);
      await declare(channel, topology, []);
      asking = channel;
      session = made;
      for (const listening of listeners.values()) await listen(made, listening);
    },
    async look() {
      for (const listening of listeners.values()) {
        await listening.releaseHeld(performance.now());
        const waiting = await asking?.checkQueue(topology.queueOf(listening.name));
        if (listening.isDeaf(waiting?.messageCount ?? 0))
          throw new Error(`nothing is heard of ${listening.name}, though messages wait`);
      }
    },
    ended() {
      session = undefined;
      asking = undefined;
      for (const listening of listeners.values()) listening.detach();
    },
    onState(now) {
      incoming = now;
      told();
    },
    lookEveryMs: options.lookEveryMs,
    answerMs: options.answerMs,
  };
  if (options.watch) openOnce();

  /** Jobs come as messages; everything else is as without a broker. */
  const source: JobSource<FoundRow> = {
    ...rows,
    async find(wanted, how) {
      const listening = listeners.get(wanted);
      for (let next = listening?.peek(); listening && next; next = listening.peek()) {
        const found = await findPublished(store, { name: wanted, id: next.id }, how);
        if (found) return found;
        // Done, in hand of another, or not its turn. Recorded first: what is not on its way is sent again.
        await unpublish(store, next.id);
        listening.drop(next.id);
      }
      return undefined;
    },
    async claim(wanted, found, how) {
      const listening = listeners.get(wanted);
      const held = await rows.claim(wanted, found, how);
      if (held) listening?.take(found.id);
      else {
        await unpublish(store, found.id);
        listening?.drop(found.id);
      }
      relay.wake(wanted);
      return held;
    },
    async settle(job, outcome) {
      await rows.settle(job, outcome);
      listeners.get(job.name)?.settled(job.id);
      relay.wake(job.name);
    },
    paused: (wanted, count) => listeners.get(wanted)?.paused(count),
  };
  // Woken by messages: this is how soon a message is looked at that could not be when it came.
  const bus = openClaimingBus(source, { pollEvery: RELAY_POLL, straysEvery: options.straysEvery });
  const stops = new Set<() => Promise<void>>();

  return {
    async publish(job) {
      await rows.add(job);
      relay.wake();
    },
    wake() {
      relay.wake();
      bus.wake();
    },
    async consume(wanted, handler, how) {
      if (listeners.has(wanted)) throw new Error(`${wanted} has a consumer in this process`);
      const listening = new Listening({
        name: wanted,
        topology,
        concurrency: how.concurrency,
        holdMs: options.holdMs,
        onMessage: () => bus.wake(),
        onUnread: outage.failed,
      });
      listeners.set(wanted, listening);
      openOnce();
      const consumer = await bus.consume(wanted, handler, how);
      const sending = relay.start(wanted, how);
      const on = session;
      if (on) listen(on, listening).catch(on.failed);
      const stop = async () => {
        stops.delete(stop);
        const left = Promise.all([sending.stop(), listening.quiet()]);
        const [[, offered]] = await Promise.all([left, consumer.stop()]);
        for (const id of offered) await unpublish(store, id).catch(() => undefined);
        await listening.close();
        listeners.delete(wanted);
      };
      stops.add(stop);
      return { stop };
    },
    async close() {
      await Promise.all([...stops].map((stop) => stop()));
      await Promise.all([link?.close(), relay.close()]);
    },
    broker: { label: labelOf(url), state },
  };
};
