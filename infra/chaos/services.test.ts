// Private servers: started until they answer, killed and started again with what they held, gone without a trace when removed.
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "amqplib";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { claimPort } from "./claimed-port.ts";
import {
  available,
  type Service,
  type ServiceKind,
  startMariaDb,
  startPostgres,
  startRabbitMq,
} from "./services.ts";

const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.remove();
});

/** Runs SQL as its administrator; rows of the last statement. */
const sql = async (service: Service, ...statements: string[]): Promise<unknown[]> => {
  let rows: unknown[] = [];
  if (service.kind === "mariadb") {
    const connection = await createConnection(service.url);
    for (const statement of statements) rows = (await connection.query(statement))[0] as unknown[];
    await connection.end();
  } else {
    const client = new Client(service.url);
    await client.connect();
    for (const statement of statements) rows = (await client.query(statement)).rows;
    await client.end();
  }
  return rows;
};

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const can = available();
const where = (kind: ServiceKind) => (can[kind] ? "" : ` (skipped: ${kind} is not installed)`);

const databases = [
  ["mariadb", startMariaDb],
  ["postgres", startPostgres],
] as const;

describe.each(databases)("a private %s", (kind, start) => {
  it.skipIf(!can[kind])(`keeps what it confirmed when it is killed${where(kind)}`, async () => {
    const service = await start({ durable: true });
    started.push(service);
    const schema = kind === "mariadb" ? "create database a; use a".split("; ") : [];
    await sql(service, ...schema, "create table t (n int)", "insert into t values (7)");
    const { pid } = service;
    await service.kill();
    expect(isAlive(pid)).toBe(false);
    await expect(sql(service, "select 1")).rejects.toThrow();
    await service.start();
    expect(service.pid).not.toBe(pid);
    const use = kind === "mariadb" ? ["use a"] : [];
    expect(await sql(service, ...use, "select n from t")).toEqual([{ n: 7 }]);
  });

  it.skipIf(!can[kind])(`leaves nothing behind${where(kind)}`, async () => {
    const service = await start();
    const { pid } = service;
    await service.remove();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(service.folder)).toBe(false);
    await expect(sql(service, "select 1")).rejects.toThrow();
  });
});

describe("a private rabbitmq", () => {
  it.skipIf(!can.rabbitmq)(
    `keeps confirmed messages when it is killed${where("rabbitmq")}`,
    async () => {
      const service = await startRabbitMq();
      started.push(service);
      const vhost = await fetch(`${service.adminUrl}/api/vhosts/test`.replace("guest:guest@", ""), {
        method: "PUT",
        headers: { authorization: `Basic ${btoa("guest:guest")}` },
      });
      expect(vhost.status).toBe(201);
      const open = () => connect(`${service.url}/test`);
      const queue = { durable: true, arguments: { "x-queue-type": "quorum" } };
      const before = await open();
      before.on("error", () => undefined);
      const channel = await before.createConfirmChannel();
      channel.on("error", () => undefined);
      await channel.assertQueue("q", queue);
      channel.sendToQueue("q", Buffer.from("kept"), { persistent: true });
      await channel.waitForConfirms();
      // The node writes the names of new queues every 500 ms: one that is younger when it is killed never gets a leader again.
      await pause(1500);
      await service.kill();
      await service.start();
      const after = await open();
      after.on("error", () => undefined);
      const reader = await after.createChannel();
      await expect
        .poll(
          async () => ((await reader.get("q", { noAck: true })) || undefined)?.content.toString(),
          {
            timeout: 15_000,
          },
        )
        .toBe("kept");
      await after.close();
    },
    // A RabbitMQ takes ten seconds to start where the machine is busy, and it is started twice.
    120_000,
  );
});

describe("a claimed port", () => {
  it("is given to nobody else until it is released", async () => {
    const claimed = await claimPort();
    await expect(claimPort(claimed.port)).rejects.toThrow("taken");
    await claimed.release();
    const again = await claimPort(claimed.port);
    expect(again.port).toBe(claimed.port);
    await again.release();
  });
});
