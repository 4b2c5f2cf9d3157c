// The connection to Redis: it answers in time or counts as away; while it is away it is tried again and again.
import { createClient } from "@redis/client";
import { explainedByRedis } from "./redis-error.ts";

/** So long a connection may take to be made. */
const CONNECT_MS = 1000;
/** Redis is tried again after so long, and then after twice as long each time. */
const AGAIN_MS = { first: 250, longest: 5000 };

export type RedisState =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  /** With what is wrong and what to do about it, for people; neither tells a password. */
  | { readonly kind: "away"; readonly problem: string; readonly hint: string };

export interface RedisLink {
  /** Resolves when the first connection was made, or could not be made. */
  readonly tried: Promise<void>;
  state(): RedisState;
  /** @throws Error where Redis is away, answers too late, or refuses */
  run(
    script: string,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<number[]>;
  close(): void;
}

export interface RedisLinkOptions {
  readonly url: string;
  readonly scripts: readonly string[];
  /** A key that may be written to see whether Redis takes writes. */
  readonly probe: string;
  readonly onState: (state: RedisState) => void;
  /** How long an answer may take. */
  readonly answerMs: number;
}

type Client = ReturnType<typeof newClient>;

const newClient = (url: string) =>
  createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    // It is this file that connects again.
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
  });

const late = (ms: number) => new Error(`no answer within ${ms} ms`);

/** @throws Error where it takes longer */
const within = <T>(ms: number, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    // After a pause of this process its timers come before what has arrived meanwhile: what is here already is looked at first.
    const timer = setTimeout(() => setImmediate(() => reject(late(ms))), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

const whereOf = (url: string): string => {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || "6379"}`;
};

export const openRedisLink = ({
  url,
  scripts,
  probe,
  onState,
  answerMs,
}: RedisLinkOptions): RedisLink => {
  const where = whereOf(url);
  let state: RedisState = { kind: "connecting" };
  let client: Client | undefined;
  /** By script, what Redis calls it. */
  let names = new Map<string, string>();
  let wait = AGAIN_MS.first;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const become = (next: RedisState) => {
    if (isClosed) return;
    state = next;
    onState(next);
  };
  const leave = (which: Client, error: unknown) => {
    if (which.isOpen) which.destroy();
    if (isClosed || (client !== undefined && client !== which)) return;
    client = undefined;
    become({ kind: "away", ...explainedByRedis(error, where) });
    clearTimeout(timer);
    timer = setTimeout(connect, wait).unref();
    wait = Math.min(wait * 2, AGAIN_MS.longest);
  };
  const connect = async (): Promise<void> => {
    const made = newClient(url);
    // A connection that breaks while nobody asks; who asks is told by the answer.
    made.on("error", (error: unknown) => {
      if (client === made) leave(made, error);
    });
    try {
      await within(CONNECT_MS, made.connect());
      const loaded = await within(
        CONNECT_MS,
        Promise.all(
          scripts.map(async (script) => [script, await made.scriptLoad(script)] as const),
        ),
      );
      // Whether it is quick, and whether it takes writes: a replica, and one whose memory is full, do not.
      await within(answerMs, made.set(probe, "1", { expiration: { type: "PX", value: 1000 } }));
      if (isClosed) return made.destroy();
      names = new Map(loaded);
      client = made;
      wait = AGAIN_MS.first;
      become({ kind: "connected" });
    } catch (error) {
      leave(made, error);
    }
  };
  return {
    tried: connect(),
    state: () => state,
    async run(script, keys, args) {
      const asked = client;
      if (asked === undefined) throw new Error("Redis is away.");
      try {
        const answer = await within(
          answerMs,
          asked.evalSha(names.get(script) ?? "", {
            keys: [...keys],
            arguments: args.map(String),
          }),
        );
        return answer as unknown as number[];
      } catch (error) {
        if (client === asked) leave(asked, error);
        throw error;
      }
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      if (client?.isOpen === true) client.destroy();
      client = undefined;
    },
  };
};
