// @vitest-environment happy-dom
// Whether one is still let in: asked by one tab while it is visible, and by none that is not.
import { afterEach, expect, it, vi } from "vitest";
import { anAuthState, aToken } from "../testing/account.builders.ts";
import { problem, serve } from "../testing/web-app.builders.tsx";
import { watchPresence } from "./presence.ts";
import { currentSession, startSession } from "./session.ts";

const presence = "GET /api/v1/account/presence";
let stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Locks as a browser has them: one after the other, and an abort takes a request out of the queue. */
const giveLocks = () => {
  let last = Promise.resolve();
  const request = (_: string, { signal }: LockOptions, act: () => Promise<void>) => {
    const mine = last.then(() => {
      if (signal?.aborted) throw signal.reason;
      return act();
    });
    last = mine.catch(() => undefined);
    return mine;
  };
  Object.defineProperty(navigator, "locks", { value: { request }, configurable: true });
  stops.push(() => Reflect.deleteProperty(navigator, "locks"));
};

/** Never answers, until the request is given up. */
const waiting = () => new Promise(() => {});
const start = async (answer: () => unknown) => {
  const server = serve({
    "GET /api/v1/auth/state": anAuthState({ accounts: true }),
    "POST /api/v1/auth/refresh": () => aToken(),
    [presence]: answer,
  });
  stops.push(startSession());
  await vi.waitFor(() => expect(currentSession().kind).toBe("signed-in"));
  return { ...server, asked: () => server.bodies(presence).length };
};
const show = (state: "visible" | "hidden") => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
};
const settled = () => new Promise((later) => setTimeout(later, 50));

it("is asked once for all tabs, and by the next one where that goes", async () => {
  giveLocks();
  const server = await start(waiting);
  const first = watchPresence(true);
  stops.push(watchPresence(true), watchPresence(true));
  await vi.waitFor(() => expect(server.asked()).toBe(1));
  await settled();
  expect(server.asked()).toBe(1);
  first();
});

it("is asked by each tab where the browser has no locks, and by a look for itself", async () => {
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  stops.push(() => Reflect.deleteProperty(navigator, "locks"));
  const server = await start(waiting);
  stops.push(watchPresence(true), watchPresence(false));
  await vi.waitFor(() => expect(server.asked()).toBe(2));
});

it("is not asked while the page is hidden, and at once when it is seen again", async () => {
  const server = await start(waiting);
  show("hidden");
  stops.push(watchPresence(false));
  await settled();
  expect(server.asked()).toBe(0);
  show("visible");
  await vi.waitFor(() => expect(server.asked()).toBe(1));
});

it("is not asked without a pause, whatever the answer", async () => {
  const server = await start(() => problem(503, { title: "Busy", detail: "Busy." }));
  stops.push(watchPresence(false));
  await vi.waitFor(() => expect(server.asked()).toBe(1));
  await new Promise((later) => setTimeout(later, 500));
  expect(server.asked()).toBe(1);
});

it("ends the session where one is out", async () => {
  const server = await start(() =>
    problem(401, { code: "signed-out", title: "Out", detail: "You are suspended." }),
  );
  server.answer(
    "POST /api/v1/auth/refresh",
    problem(401, { code: "signed-out", title: "Out", detail: "You are suspended." }),
  );
  stops.push(watchPresence(false));
  await vi.waitFor(() => expect(currentSession().kind).toBe("signed-out"));
});
