// A TCP proxy that disturbs the connections through it: late, reset, silent, slow, or cut in the middle of an answer.
import { connect, createServer, type Socket } from "node:net";

export type Fault =
  /** Every piece arrives so many milliseconds later. */
  | { readonly kind: "late"; readonly ms: number }
  /** Connections are reset at once, new ones too. */
  | { readonly kind: "reset" }
  /** Half-open: connections stay, and nothing that is sent over them arrives any more, for ever. */
  | { readonly kind: "silent" }
  | { readonly kind: "slow"; readonly bytesPerSecond: number }
  /** Each connection ends after so many more bytes of the server. */
  | { readonly kind: "cut"; readonly bytes: number };

export interface ChaosProxy {
  readonly port: number;
  /** Number of connections through it now. */
  connections(): number;
  /** From now on, until `heal`. Connections that were reset, cut or silenced do not come back; new ones do. */
  disturb(fault: Fault): void;
  heal(): void;
  close(): Promise<void>;
}

/** A connection: the client's half and the server's. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Set once nothing passes any more. */
  silent: boolean;
  /** Bytes of the server that have passed since the fault began. */
  passed: number;
}

/** Opens a proxy to a server on 127.0.0.1, on this port or any that is free. */
export const openProxy = async (target: number, port = 0): Promise<ChaosProxy> => {
  const pairs = new Set<Pair>();
  let fault: Fault | undefined;

  const end = (pair: Pair, how: "reset" | "end") => {
    pairs.delete(pair);
    for (const half of [pair.client, pair.server])
      if (how === "reset") half.resetAndDestroy();
      else half.destroy();
  };

  /** Passes pieces of one direction on, in order, as the fault of the moment lets them. */
  const pass = (pair: Pair, from: Socket, to: Socket) => {
    let busyUntil = 0;
    const delayed: Buffer[] = [];
    const write = (piece: Buffer) => {
      if (!to.destroyed && !pair.silent) to.write(piece);
    };
    // Whichever timer fires first, the piece that came first is next.
    const writeNext = () => write(delayed.shift() ?? Buffer.alloc(0));
    from.on("data", (bytes: Buffer) => {
      if (pair.silent) return;
      const now = performance.now();
      switch (fault?.kind) {
        case "late":
          busyUntil = Math.max(busyUntil, now + fault.ms);
          break;
        case "slow":
          busyUntil = Math.max(busyUntil, now) + (bytes.length / fault.bytesPerSecond) * 1000;
          break;
        case "cut":
          if (from === pair.server) {
            pair.passed += bytes.length;
            const over = pair.passed - fault.bytes;
            if (over >= 0) {
              write(bytes.subarray(0, bytes.length - over));
              // After the last bytes are on their way.
              setImmediate(() => end(pair, "end"));
              return;
            }
          }
          break;
        default:
          if (delayed.length === 0) return write(bytes);
      }
      const delay = busyUntil - now;
      if (delay <= 0 && delayed.length === 0) write(bytes);
      else {
        delayed.push(bytes);
        setTimeout(writeNext, delay);
      }
    });
  };

  const proxy = createServer((client) => {
    if (fault?.kind === "reset") {
      client.on("error", () => undefined);
      client.resetAndDestroy();
      return;
    }
    const server = connect(target, "127.0.0.1");
    const pair: Pair = { client, server, silent: fault?.kind === "silent", passed: 0 };
    pairs.add(pair);
    for (const half of [client, server]) {
      half.setNoDelay(true);
      // What happens to one half happens to the other; a silent connection keeps both.
      half.on("error", () => end(pair, "reset"));
      half.on("close", () => pair.silent || end(pair, "end"));
    }
    pass(pair, client, server);
    pass(pair, server, client);
  });
  await new Promise<void>((done, fail) => {
    proxy.once("error", fail);
    proxy.listen(port, "127.0.0.1", done);
  });
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    connections: () => pairs.size,
    disturb(next) {
      fault = next;
      for (const pair of [...pairs]) {
        pair.passed = 0;
        if (next.kind === "reset") end(pair, "reset");
        if (next.kind === "silent") pair.silent = true;
      }
    },
    heal() {
      fault = undefined;
    },
    async close() {
      for (const pair of [...pairs]) end(pair, "end");
      await new Promise<void>((done) => proxy.close(() => done()));
    },
  };
};
