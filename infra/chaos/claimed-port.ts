// A port of the loopback address that no other program of ours takes, from when it is chosen until it is given back.
import { createSocket, type Socket } from "node:dgram";
import { createServer } from "node:net";

export interface ClaimedPort {
  readonly port: number;
  release(): Promise<void>;
}

/** Below the ports that the system gives to outgoing connections (32768 and above), above those that services are known by. */
const FIRST = 20_000;
const COUNT = 10_000;

const HOST = "127.0.0.1";

const isTaken = (error: NodeJS.ErrnoException) => error.code === "EADDRINUSE";

/**
 * Takes the UDP port of this number as the sign of a claim: servers listen on the TCP port of the same number beside it, and the
 * system gives it back when this process ends, however it ends. Nothing where another claim has it.
 */
const hold = (port: number): Promise<Socket | undefined> =>
  new Promise((done, fail) => {
    const socket = createSocket("udp4");
    socket.once("error", (error) => (isTaken(error) ? done(undefined) : fail(error)));
    socket.bind({ port, address: HOST, exclusive: true }, () => done(socket.unref()));
  });

const isFree = (port: number): Promise<boolean> =>
  new Promise((done, fail) => {
    const server = createServer();
    server.once("error", (error) => (isTaken(error) ? done(false) : fail(error)));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => done(true)));
  });

const close = (socket: Socket) => new Promise<void>((done) => socket.close(() => done()));

/** Claims this port. Nothing where another claim or any server has it. */
const claim = async (port: number): Promise<ClaimedPort | undefined> => {
  const held = await hold(port);
  if (held === undefined) return undefined;
  if (await isFree(port)) return { port, release: () => close(held) };
  await close(held);
  return undefined;
};

/**
 * Claims a port.
 * @param wanted this one; otherwise any that is free
 * @throws Error where the wanted port, or a thousand tried ones, are taken
 */
export const claimPort = async (wanted?: number): Promise<ClaimedPort> => {
  if (wanted !== undefined) {
    const claimed = await claim(wanted);
    if (claimed === undefined) throw new Error(`port ${wanted} is taken`);
    return claimed;
  }
  for (let tries = 0; tries < 1000; tries++) {
    const claimed = await claim(FIRST + Math.floor(Math.random() * COUNT));
    if (claimed !== undefined) return claimed;
  }
  throw new Error(`no free port was found on ${HOST}`);
};
