// Jobs through a real RabbitMQ keep the promises of every bus, supervision and administration.
import { afterEach, describe } from "vitest";
import { busSuite } from "./bus.suite.ts";
import { jobAdminSuite } from "./job-admin.suite.ts";
import { findBroker } from "./rabbit/rabbit.builders.ts";
import { openTestJobs } from "./rabbit/rabbit-jobs.builders.ts";
import { supervisionSuite } from "./supervision.suite.ts";

const url = await findBroker();
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.skipIf(url === undefined)("with RabbitMQ", () => {
  const fresh = () => openTestJobs(url ?? "", closers);

  describe("the bus", () => busSuite(fresh));
  describe("supervision", () => supervisionSuite(fresh));
  describe("administration of jobs", () => jobAdminSuite(fresh));
});
