// A PostgreSQL server with pgvector for tests: the one that PARLANCE_TEST_VECTORS_URL names, else PGlite behind a socket of its own.
import { type AddressInfo, createServer, type Socket } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { Client } from "pg";

export interface VectorsServer {
  /** postgres://… of an empty database. */
  readonly url: string;
  close(): Promise<void>;
}

/** A new database on the named server, or PGlite: PostgreSQL and pgvector as WebAssembly, one session for all connections. */
export const vectorsServer = async (): Promise<VectorsServer> => {
  const named = process.env["PARLANCE_TEST_VECTORS_URL"] ?? "";
  return named === "" ? embeddedServer() : databaseOn(named);
};

const databaseOn = async (url: string): Promise<VectorsServer> => {
  const name = `vectors_${process.pid}_${Date.now()}`;
  const run = async (statement: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`create database ${name}`);
  const made = new URL(url);
  made.pathname = `/${name}`;
  return { url: made.href, close: () => run(`drop database ${name} with (force)`) };
};

const SYNC = 0x53;
const QUERY = 0x51;
const TERMINATE = 0x58;
const READY = 0x5a;
const IDLE = 0x49;

/** Cuts a client's bytes into parts after each of which the server answers: the start-up message, then all up to a Sync or Query. */
class Parts {
  #bytes = Buffer.alloc(0);
  #isStarted = false;

  /** The next whole part; undefined while it has not come. */
  take(): Buffer | undefined {
    let end = 0;
    for (;;) {
      const head = this.#isStarted ? 1 : 0;
      if (this.#bytes.length < end + head + 4) return undefined;
      const kind = this.#isStarted ? this.#bytes[end] : SYNC;
      end += head + this.#bytes.readInt32BE(end + head);
      if (this.#bytes.length < end) return undefined;
      this.#isStarted = true;
      if (kind !== SYNC && kind !== QUERY && kind !== TERMINATE) continue;
      const part = this.#bytes.subarray(0, end);
      this.#bytes = this.#bytes.subarray(end);
      return part;
    }
  }

  add(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }
}

/** Connections take turns: one that has begun a transaction keeps its turn to the end of it. */
const embeddedServer = async (): Promise<VectorsServer> => {
  const database = await PGlite.create({ extensions: { vector } });
  const sockets = new Set<Socket>();
  let turn: Promise<void> = Promise.resolve();
  const server = createServer((socket) => {
    sockets.add(socket);
    const parts = new Parts();
    let endTurn: (() => void) | undefined;
    const begin = async () => {
      if (endTurn !== undefined) return;
      const before = turn;
      const { promise, resolve } = Promise.withResolvers<void>();
      turn = before.then(() => promise);
      endTurn = resolve;
      await before;
    };
    const end = () => {
      endTurn?.();
      endTurn = undefined;
    };
    let work: Promise<void> = Promise.resolve();
    const answer = async (part: Buffer) => {
      if (part[0] === TERMINATE) return;
      await begin();
      const answered = Buffer.from(await database.execProtocolRaw(part));
      socket.write(answered);
      const [kind, status] = [answered.at(-6), answered.at(-1)];
      if (kind !== READY || status === IDLE) end();
    };
    socket.on("data", (bytes) => {
      parts.add(bytes);
      for (let part = parts.take(); part !== undefined; part = parts.take()) {
        const next = part;
        work = work.then(() => answer(next));
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      // A transaction that a client left behind is undone.
      work = work
        .then(async () => {
          if (endTurn !== undefined) await database.exec("rollback");
        })
        .finally(end);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
      await database.close();
    },
  };
};
