// Builders for tests: jobs in a database of their own, carried by a RabbitMQ under names of their own.
import { millis } from "#services/domain/units.ts";
import { aStore } from "#services/store/store.builders.ts";
import type { OpenedJobs } from "../bus.suite.ts";
import type { Worker } from "../bus.ts";
import { openDatabaseJobAdmin } from "../database-job-admin.ts";
import { openDatabaseSupervision } from "../database-supervision.ts";
import { type JobStore, openJobStore } from "../job-store.ts";
import { openRabbitBus, type RabbitBus, type RabbitBusOptions } from "../rabbit.ts";
import { aBroker, type TestBroker } from "./rabbit.builders.ts";

export interface TestJobs extends OpenedJobs {
  readonly broker: TestBroker;
  readonly store: JobStore;
  bus(worker: Worker, options?: Partial<RabbitBusOptions>): RabbitBus;
  /** What the buses said, line by line. */
  readonly said: string[];
  /** Where its database is, if it is a file: parlance.db. */
  readonly folder: string;
}

/** @param closers what is to be called afterwards, the last one first */
export const openTestJobs = async (
  url: string,
  closers: (() => Promise<void>)[],
): Promise<TestJobs> => {
  const { store: opened, remove } = await aStore();
  closers.push(remove);
  const broker = await aBroker(url);
  closers.push(broker.remove);
  let later = 0;
  const store = { ...openJobStore(opened.database), now: () => millis(Date.now() + later) };
  const said: string[] = [];
  return {
    broker,
    store,
    said,
    folder: opened.folder,
    bus(worker, options = {}) {
      const bus = openRabbitBus({
        url,
        prefix: broker.prefix,
        store,
        worker,
        onLog: (line) => said.push(line),
        ...options,
      });
      closers.push(() => bus.close());
      return bus;
    },
    supervision: openDatabaseSupervision({ store }),
    admin: openDatabaseJobAdmin({ store }),
    advance: (ms) => {
      later += ms;
    },
  };
};
