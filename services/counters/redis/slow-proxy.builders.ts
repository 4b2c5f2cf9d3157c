// Builders for tests of a network in trouble: a proxy before a server on this machine, which passes bytes on late or not at all.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface SlowProxy {
  readonly port: number;
  /** From now on bytes arrive so many milliseconds later; not at all where it is infinite. 0: at once. */
  delay(ms: number): void;
  close(): Promise<void>;
}

export const openSlowProxy = async (target: number): Promise<SlowProxy> => {
  let ms = 0;
  const sockets = new Set<Socket>();
  const pass = (from: Socket, to: Socket) => {
    sockets.add(from);
    from
      .on("error", () => undefined)
      .on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    from.on("data", (bytes) => {
      const write = () => {
        if (!to.destroyed) to.write(bytes);
      };
      if (ms === 0) write();
      else if (Number.isFinite(ms)) setTimeout(write, ms);
    });
  };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    pass(client, upstream);
    pass(upstream, client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return {
    port: address.port,
    delay: (wanted) => {
      ms = wanted;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};
