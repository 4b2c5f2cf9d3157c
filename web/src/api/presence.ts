// Whether one is still let in, asked by one tab for all: whoever is suspended, or signed out elsewhere, does not go on reading.
import { LONGEST_WAIT_S } from "#services/contract/accounts.ts";
import { base } from "./plain-request.ts";
import { onReachability, reachability } from "./reachability.ts";
import { tell } from "./request.ts";

const lockName = "parlance-presence";
/** The server answers once something changes, or after this time. */
const address = `${base}/account/presence?wait=${LONGEST_WAIT_S}`;
/** It is not asked more often, whatever it answers. */
const everyMs = 3_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });

const reachable = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (reachability() === "reachable" || signal.aborted) return done();
    const stop = onReachability(() => {
      if (reachability() === "reachable") end();
    });
    const end = () => {
      stop();
      done();
    };
    signal.addEventListener("abort", end);
  });

const askOn = async (signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const since = performance.now();
    // Who is out has been told so by the session (session.ts); of a server that does not answer the page says so.
    await tell(address, { signal }).catch(() => undefined);
    await reachable(signal);
    await pause(everyMs - (performance.now() - since), signal);
  }
};

/** In the browser's only tab that asks, where it has locks (on https and on localhost); otherwise in every one. */
const askAlone = async (signal: AbortSignal): Promise<void> => {
  const locks = "locks" in navigator ? navigator.locks : undefined;
  if (!locks) return await askOn(signal);
  try {
    await locks.request(lockName, { signal }, () => askOn(signal));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

/**
 * Asks while the page is visible; the tab that had been asking before tells the others who is out.
 * @param isOwn false where this tab sees the app as somebody else, which no other tab can ask for
 * @returns stops it
 */
export const watchPresence = (isOwn: boolean): (() => void) => {
  let asking: AbortController | undefined;
  const follow = () => {
    const isShown = document.visibilityState === "visible";
    if (isShown === (asking !== undefined)) return;
    asking?.abort();
    asking = isShown ? new AbortController() : undefined;
    if (asking !== undefined) void (isOwn ? askAlone : askOn)(asking.signal);
  };
  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    asking?.abort();
  };
};
