// A builder for tests: a way to a server that breaks at a chosen statement, with or without passing it on.

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface LosingProxy {
  /** The address by which the server is reached through it. */
  readonly url: string;
  /**
   * The next time that a client sends what ends in these words, the connection is cut: after the server was told, whose answer gets lost, or before.
   */
  cutAt(word: string, when: "before" | "after"): void;
  /** Cuts all connections now. */
  cutAll(): void;
  /** From now on nothing that the server says on the connections of now is passed on, and they stay open. */
  silenceAll(): void;
  close(): Promise<void>;
}

const PORTS: Readonly<Record<string, number>> = { "mysql:": 3306, "postgres:": 5432 };

export const aLosingProxy = async (address: string): Promise<LosingProxy> => {
  const target = new URL(address);
  let trap: { readonly word: string; readonly when: "before" | "after" } | undefined;
  const open = new Set<Socket>();
  const silences: (() => void)[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || PORTS[target.protocol]), target.hostname);
    let isMuted = false;
    silences.push(() => {
      isMuted = true;
    });
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    open.add(client);
    client.on("data", (bytes) => {
      const said = bytes.toString("latin1").replace(/\0$/, "");
      const sprung = trap !== undefined && said.endsWith(trap.word) ? trap : undefined;
      if (sprung) trap = undefined;
      if (sprung?.when === "before") return cut();
      if (sprung) {
        isMuted = true;
        upstream.write(bytes);
        // The server has it by now, and what it says is not passed on.
        setTimeout(cut, 100);
        return;
      }
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (!isMuted) client.write(bytes);
    });
    for (const socket of [client, upstream]) {
      socket.on("error", cut);
      socket.on("close", cut);
    }
    client.on("close", () => open.delete(client));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(address);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutAt: (word, when) => {
      trap = { word, when };
    },
    cutAll: () => {
      for (const socket of open) socket.destroy();
    },
    silenceAll: () => {
      for (const silence of silences.splice(0)) silence();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
