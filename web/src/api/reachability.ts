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
const longestPauseMs = 10_000;

const askAfter = (pause: number) => {
  timer = setTimeout(() => {
    fetch("/health", { cache: "no-store" }).then(
      (response) => (response.ok ? serverAnswered() : askLater(pause)),
      () => askLater(pause),
    );
  }, pause);
};
const askLater = (pause: number) => askAfter(Math.min(pause * 1.6, longestPauseMs));

export const serverAnswered = (): void => {
  clearTimeout(timer);
  timer = undefined;
  become("reachable");
};

export const serverDidNotAnswer = (): void => {
  become("unreachable");
  if (timer === undefined) askAfter(firstPauseMs);
};

export const reachability = (): Reachability => state;

export const onReachability = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
