// The exchanges and queues that Parlance declares in RabbitMQ: every argument written out, the same on 3.10 and 4.x.
import type { Channel } from "amqplib";
import { z } from "zod";
import type { JobName } from "#services/contract/jobs.ts";

/** Deliveries of one message without an acknowledgement until it is put aside: the attempts that count are those of the jobs table. */
const DELIVERY_LIMIT = 20;
/** Messages of one queue: relays keep it to a few; beyond this the broker refuses, so that a mistake does not fill its disk. */
const MOST_MESSAGES = 10_000;
const DEAD_MESSAGES = 10_000;
const DEAD_MS = 7 * 24 * 3600 * 1000;

export interface Topology {
  /** Direct: routes a message to the queue of its job's name. */
  readonly exchange: string;
  readonly deadExchange: string;
  readonly deadQueue: string;
  queueOf(name: JobName): string;
}

/** @param prefix the first part of all names, for tests that share a virtual host */
export const topologyOf = (prefix = "parlance"): Topology => ({
  exchange: `${prefix}.jobs`,
  deadExchange: `${prefix}.dead`,
  deadQueue: `${prefix}.dead`,
  queueOf: (name) => `${prefix}.jobs.${name}`,
});

const declareExchanges = async (channel: Channel, topology: Topology): Promise<void> => {
  const durable = { durable: true, autoDelete: false, internal: false };
  await channel.assertExchange(topology.exchange, "direct", durable);
  await channel.assertExchange(topology.deadExchange, "fanout", durable);
  await channel.assertQueue(topology.deadQueue, {
    durable: true,
    exclusive: false,
    autoDelete: false,
    arguments: {
      "x-queue-type": "quorum",
      // The oldest go first: each of them only says that its job, in the table, was tried here.
      "x-max-length": DEAD_MESSAGES,
      "x-overflow": "drop-head",
      "x-message-ttl": DEAD_MS,
    },
  });
  await channel.bindQueue(topology.deadQueue, topology.deadExchange, "");
};

const declareQueue = async (channel: Channel, topology: Topology, name: JobName) => {
  const queue = topology.queueOf(name);
  const { messageCount } = await channel.assertQueue(queue, {
    durable: true,
    exclusive: false,
    autoDelete: false,
    arguments: {
      "x-queue-type": "quorum",
      "x-delivery-limit": DELIVERY_LIMIT,
      "x-dead-letter-exchange": topology.deadExchange,
      "x-dead-letter-routing-key": name,
      // A dead letter leaves its queue only when the other one has it, which needs the overflow below.
      "x-dead-letter-strategy": "at-least-once",
      "x-max-length": MOST_MESSAGES,
      "x-overflow": "reject-publish",
    },
  });
  await channel.bindQueue(queue, topology.exchange, name);
  return messageCount;
};

/**
 * Declares what is missing. @returns the messages that wait in each queue
 * @throws where something is there with other arguments: RabbitMQ closes the channel with 406
 */
export const declare = async (
  channel: Channel,
  topology: Topology,
  names: Iterable<JobName>,
): Promise<Map<JobName, number>> => {
  const waiting = new Map<JobName, number>();
  await declareExchanges(channel, topology);
  for (const name of names) waiting.set(name, await declareQueue(channel, topology, name));
  return waiting;
};

const message = z.object({ v: z.literal(1), job: z.string().min(1), name: z.string() });

/** A job on its way: ids only. */
export const writeMessage = (job: string, name: JobName): Buffer =>
  Buffer.from(JSON.stringify({ v: 1, job, name } satisfies z.infer<typeof message>));

/** @returns the job's id; undefined where the message is not one of this version */
export const readMessage = (content: Buffer): string | undefined => {
  try {
    return message.parse(JSON.parse(content.toString())).job;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
};
