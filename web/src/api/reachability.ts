// Whether the server answers: every request reports it; while it does not, it is asked again after growing pauses.
export type Reachability = "reachable" | "unreachable";

let state: Reachability = "reachable";
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const become = (next: Reachability) => {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
};

const firstPauseMs = 800;
const longestPauseMs = 5_000;

const ask = (pause: number) => {
  fetch("/health", { cache: "no-store" }).then(
    (response) => (response.ok ? serverAnswered() : askLater(pause)),
    () => askLater(pause),
  );
};
const askAfter = (pause: number) => {
  clearTimeout(timer);
  timer = setTimeout(() => ask(pause), pause);
};
const askLater = (pause: number) => {
  // A request that was answered meanwhile ended the asking.
  if (state === "unreachable") askAfter(Math.min(pause * 1.6, longestPauseMs));
};

export const serverAnswered = (): void => {
  clearTimeout(timer);
  timer = undefined;
  become("reachable");
};

export const serverDidNotAnswer = (): void => {
  become("unreachable");
  if (timer === undefined) askAfter(firstPauseMs);
};

/** Asks a server that does not answer at once, without waiting for the end of the pause. */
export const askServerNow = (): void => {
  if (state === "unreachable") askAfter(0);
};

export const reachability = (): Reachability => state;

/** A query's `refetchInterval`: no interval while the server does not answer, since only `/health` is asked then. */
export const whileReachable = (ms: number | false): number | false =>
  state === "reachable" ? ms : false;

export const onReachability = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
