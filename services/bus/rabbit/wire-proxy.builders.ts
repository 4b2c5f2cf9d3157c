// A proxy before RabbitMQ, for tests of faults on the wire: refused, cut or silent connections, and frames that break the protocol.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface WireProxy {
  /** RabbitMQ's address through this proxy. */
  readonly url: string;
  /** Cuts all connections, and refuses new ones until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** Cuts all connections. */
  cut(): void;
  /** From now on nothing passes on the connections there are; nobody is told. */
  silence(): void;
  /** Sends, on each connection, an acknowledgement of a message that was never delivered on this channel: RabbitMQ closes it (406). */
  acknowledgeNothing(channel: number): void;
  /** Connections made so far. */
  readonly made: number;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

const badAck = (channel: number): Buffer => {
  const payload = Buffer.alloc(13);
  payload.writeUInt16BE(60, 0);
  payload.writeUInt16BE(80, 2);
  payload.writeUInt32BE(999_999, 8);
  const frame = Buffer.alloc(8 + payload.length);
  frame.writeUInt8(1, 0);
  frame.writeUInt16BE(channel, 1);
  frame.writeUInt32BE(payload.length, 3);
  payload.copy(frame, 7);
  frame.writeUInt8(0xce, frame.length - 1);
  return frame;
};

/** @param url RabbitMQ's own address */
export const aWireProxy = async (url: string): Promise<WireProxy> => {
  const target = new URL(url);
  const pairs = new Set<Pair>();
  let made = 0;
  const listen = async (port: number) => {
    const server = createServer((client) => {
      made++;
      const upstream = connect(Number(target.port || 5672), target.hostname);
      const pair = { client, server: upstream };
      pairs.add(pair);
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        from.pipe(to);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          to.destroy();
          pairs.delete(pair);
        });
      }
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const proxied = new URL(url);
  proxied.hostname = "127.0.0.1";
  proxied.port = String(port);
  const cut = () => {
    for (const { client, server: upstream } of [...pairs]) {
      client.destroy();
      upstream.destroy();
    }
  };
  const stop = async () => {
    const closed = once(server, "close");
    server.close();
    cut();
    await closed;
  };
  return {
    url: proxied.href,
    refuse: stop,
    async accept() {
      server = await listen(port);
    },
    cut,
    silence() {
      for (const { client, server: upstream } of pairs) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        client.pause();
        upstream.pause();
      }
    },
    acknowledgeNothing(channel) {
      for (const pair of pairs) pair.server.write(badAck(channel));
    },
    get made() {
      return made;
    },
    async close() {
      if (server.listening) await stop();
    },
  };
};
