// Builders for tests with a real RabbitMQ: finds one, and gives each test exchanges and queues of its own.
import { randomUUID } from "node:crypto";
import { type Channel, type ChannelModel, connect } from "amqplib";
import { isJobName, type JobName, jobs } from "#services/contract/jobs.ts";
import { topologyOf } from "./topology.ts";

const usual = "amqp://guest:guest@127.0.0.1:5672";

/** The RabbitMQ that tests use: PARLANCE_TEST_BROKER_URL, or the one on this machine. Undefined, with a warning, where none answers. */
export const findBroker = async (): Promise<string | undefined> => {
  const given = process.env["PARLANCE_TEST_BROKER_URL"];
  const url = given || usual;
  try {
    const connection = await connect(url, { timeout: 2000 });
    await connection.close();
    return url;
  } catch (error) {
    if (given) throw error;
    console.warn(
      `Skipped: tests of the bus over RabbitMQ. None answers on this machine (${error instanceof Error ? error.message : error}); set PARLANCE_TEST_BROKER_URL.`,
    );
    return undefined;
  }
};

const names = Object.keys(jobs).filter(isJobName);

export interface TestBroker {
  readonly url: string;
  /** The first part of the names of its exchanges and queues. */
  readonly prefix: string;
  readonly channel: Channel;
  readonly connection: ChannelModel;
  queueOf(name: JobName): string;
  /** Deletes its exchanges and queues. */
  remove(): Promise<void>;
}

/** Names of its own in this RabbitMQ. */
export const aBroker = async (url: string): Promise<TestBroker> => {
  const connection = await connect(url);
  connection.on("error", () => undefined);
  const channel = await connection.createChannel();
  channel.on("error", () => undefined);
  const prefix = `parlance.test-${randomUUID().slice(0, 8)}`;
  const topology = topologyOf(prefix);
  return {
    url,
    prefix,
    channel,
    connection,
    queueOf: topology.queueOf,
    async remove() {
      const deleting = await connection.createChannel();
      for (const name of names) await deleting.deleteQueue(topology.queueOf(name));
      await deleting.deleteQueue(topology.deadQueue);
      await deleting.deleteExchange(topology.exchange);
      await deleting.deleteExchange(topology.deadExchange);
      await connection.close();
    },
  };
};
