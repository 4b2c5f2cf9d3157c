// Builders for tests with a real Redis: a server of the test's own, which is stopped, filled and started again; kept in memory only.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createClient } from "@redis/client";

/** Whether Redis is installed here. */
export const hasRedis = (): boolean => spawnSync("redis-server", ["--version"]).status === 0;

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Its process, for signals. */
  pid(): number;
  /** Ends it at once; its data is lost. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** What a client asks. */
  ask(...command: string[]): Promise<unknown>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return address.port;
};

/** @param settings as in redis.conf, such as `--requirepass`, `secret` */
export const startRedis = async (...settings: string[]): Promise<RedisServer> => {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const url = `redis://127.0.0.1:${port}`;
  const password = settings[settings.indexOf("--requirepass") + 1];
  const ask = async (...command: string[]): Promise<unknown> => {
    const client = createClient({
      url,
      ...(settings.includes("--requirepass") && password !== undefined ? { password } : {}),
      socket: { reconnectStrategy: false },
    });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  };
  const server: RedisServer = {
    port,
    url,
    pid: () => child?.pid ?? 0,
    async kill() {
      const ending = child;
      child = undefined;
      if (ending === undefined || ending.exitCode !== null) return;
      const over = once(ending, "exit");
      ending.kill("SIGKILL");
      await over;
    },
    async start() {
      child = spawn(
        "redis-server",
        ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", "/tmp", ...settings],
        { stdio: "ignore" },
      );
      for (let at = 0; ; at++)
        try {
          await ask("PING");
          return;
        } catch (error) {
          if (at > 200) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
    },
    ask,
  };
  await server.start();
  return server;
};
