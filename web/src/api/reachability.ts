// Whether the server answers: told by every request, asked again with growing pauses while it does not.
export type Reachability = "here" | "gone";

let state: Reachability = "here";
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const become = (next: Reachability) => {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
};

const firstPauseMs = 800;
const longestPauseMs = 10_000;

const knock = (pause: number) => {
  timer = setTimeout(() => {
    fetch("/health", { cache: "no-store" }).then(
      (response) => (response.ok ? serverAnswered() : knockLater(pause)),
      () => knockLater(pause),
    );
  }, pause);
};
const knockLater = (pause: number) => knock(Math.min(pause * 1.6, longestPauseMs));

export const serverAnswered = (): void => {
  clearTimeout(timer);
  timer = undefined;
  become("here");
};

export const serverDidNotAnswer = (): void => {
  become("gone");
  if (timer === undefined) knock(firstPauseMs);
};

export const reachability = (): Reachability => state;

export const onReachability = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
