// @vitest-environment happy-dom
// Who is signed in: the token with every request, its renewal once for all that wait, and what tabs tell each other.
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { anAuthState, aToken } from "../testing/account.builders.ts";
import { type Answers, problem, serve } from "../testing/web-app.builders.tsx";
import { ProblemError } from "./plain-request.ts";
import { ask } from "./request.ts";
import { currentSession, enter, onSession, signOut, startSession } from "./session.ts";

const refresh = "POST /api/v1/auth/refresh";
const thing = "GET /api/v1/thing";
const shape = z.object({ n: z.int() });
const askThing = () => ask(shape, "/api/v1/thing");
const signedOut = () =>
  problem(401, { code: "signed-out", title: "Signed out", detail: "You are not signed in." });

let stop = () => {};
let otherTab: BroadcastChannel | undefined;
afterEach(() => {
  stop();
  otherTab?.close();
  otherTab = undefined;
  vi.unstubAllGlobals();
});

/** The session once it is known who is there. */
const start = async (answers: Answers) => {
  const server = serve({
    "GET /api/v1/auth/state": anAuthState({ accounts: true }),
    [thing]: { n: 1 },
    ...answers,
  });
  stop = startSession();
  await vi.waitFor(() => expect(currentSession().kind).not.toBe("starting"));
  const tokens = () =>
    server.asked
      .filter(({ request }) => request === thing)
      .map(({ headers }) => headers.get("authorization"));
  return { ...server, tokens };
};

/** Tokens with growing numbers: access-1, access-2 … */
const newTokens = (expiresIn?: number) => {
  let made = 0;
  return () => aToken(`access-${++made}`, expiresIn);
};
const another = () => {
  const heard: unknown[] = [];
  otherTab = new BroadcastChannel("parlance-session");
  otherTab.onmessage = ({ data }) => heard.push(data);
  return { heard, say: (message: unknown) => otherTab?.postMessage(message) };
};

describe("the session", () => {
  it("sends no token, and asks for none, where people do not sign in", async () => {
    const server = await start({ "GET /api/v1/auth/state": anAuthState() });
    expect(currentSession().kind).toBe("without-accounts");
    await askThing();
    expect(server.tokens()).toEqual([null]);
    expect(server.bodies(refresh)).toHaveLength(0);
  });

  it("sends the token with every request, and the cookie only with a header of ours", async () => {
    const server = await start({ [refresh]: newTokens() });
    expect(await askThing()).toEqual({ n: 1 });
    expect(server.tokens()).toEqual(["Bearer access-1"]);
    const asked = server.asked.find(({ request }) => request === refresh);
    expect(asked?.headers.get("x-parlance-client")).toBe("web");
    expect(asked?.headers.get("content-type")).toBe("application/json");
  });

  it("renews a refused token once for all requests, and repeats each of them", async () => {
    const server = await start({ [refresh]: newTokens() });
    let valid = "Bearer access-2";
    server.answer(thing, (_: unknown, headers: Headers) =>
      headers.get("authorization") === valid ? { n: 2 } : signedOut(),
    );
    expect(await Promise.all([askThing(), askThing(), askThing()])).toEqual(
      Array.from({ length: 3 }, () => ({ n: 2 })),
    );
    // One at the start, one for all three.
    expect(server.bodies(refresh)).toHaveLength(2);
    expect(server.tokens()).toEqual([
      ...Array.from({ length: 3 }, () => "Bearer access-1"),
      ...Array.from({ length: 3 }, () => "Bearer access-2"),
    ]);
    // A token that is refused again is not renewed for ever.
    valid = "none";
    await expect(askThing()).rejects.toThrow(ProblemError);
    expect(server.bodies(refresh)).toHaveLength(3);
  });

  it("renews a token before it ends", async () => {
    const server = await start({ [refresh]: newTokens(20) });
    await askThing();
    expect(server.tokens()).toEqual(["Bearer access-2"]);
  });

  it("is over where the token cannot be renewed", async () => {
    const server = await start({ [refresh]: newTokens() });
    server.answer(refresh, signedOut);
    server.answer(thing, signedOut);
    await expect(askThing()).rejects.toMatchObject({ problem: { code: "signed-out" } });
    expect(currentSession().kind).toBe("signed-out");
  });

  it("stays where the server is only busy", async () => {
    const server = await start({ [refresh]: newTokens() });
    server.answer(thing, signedOut);
    server.answer(refresh, problem(503, { title: "Busy", detail: "Try again." }));
    await expect(askThing()).rejects.toMatchObject({ problem: { status: 503 } });
    expect(currentSession().kind).toBe("signed-in");
  });

  it("does not ask for a token where nobody owns the server yet", async () => {
    const state = anAuthState({ accounts: true, needsOwner: true });
    const server = await start({ "GET /api/v1/auth/state": state });
    expect(currentSession().kind).toBe("signed-out");
    expect(server.bodies(refresh)).toHaveLength(0);
    enter(aToken());
    expect(currentSession()).toMatchObject({ kind: "signed-in", about: { needsOwner: false } });
  });

  it("says that it failed where the state cannot be read", async () => {
    await start({ "GET /api/v1/auth/state": problem(500, { title: "Broken", detail: "Broken." }) });
    expect(currentSession().kind).toBe("failed");
  });
});

describe("tabs", () => {
  it("tell each other new tokens, and who signs out", async () => {
    const { heard } = another();
    await start({ [refresh]: newTokens(), "POST /api/v1/auth/sign-out": new Response(null) });
    await vi.waitFor(() => expect(heard).toMatchObject([{ kind: "renewed", access: "access-1" }]));
    await signOut();
    expect(currentSession().kind).toBe("signed-out");
    await vi.waitFor(() => expect(heard).toMatchObject([{}, { kind: "left" }]));
  });

  it("use a token that another tab was given, without a renewal of their own", async () => {
    const server = await start({ [refresh]: newTokens() });
    another().say({ kind: "renewed", access: "access-of-tab", endsAt: Date.now() + 600_000 });
    await vi.waitFor(() => expect(currentSession()).toMatchObject({ access: "access-of-tab" }));
    await askThing();
    expect(server.tokens()).toEqual(["Bearer access-of-tab"]);
    expect(server.bodies(refresh)).toHaveLength(1);
  });

  it("are told by the one that asks that nobody is signed in any more", async () => {
    const { heard } = another();
    const server = await start({ [refresh]: newTokens() });
    server.answer(refresh, signedOut);
    server.answer(thing, signedOut);
    await expect(askThing()).rejects.toThrow(ProblemError);
    await vi.waitFor(() => expect(heard).toContainEqual({ kind: "left" }));
  });

  it("begin anew where the next token is for another organization", async () => {
    const tokenFor = (org: string) => `h.${btoa(JSON.stringify({ org }))}.s`;
    let place = "org_a";
    const server = await start({ [refresh]: () => aToken(tokenFor(place), 20) });
    const entry = () => {
      const session = currentSession();
      return session.kind === "signed-in" ? session.entry : undefined;
    };
    const first = entry();
    await askThing();
    expect(entry()).toBe(first);
    place = "org_b";
    await askThing();
    expect(entry()).toBe((first ?? Number.NaN) + 1);
    expect(server.tokens().at(-1)).toBe(`Bearer ${tokenFor("org_b")}`);
  });

  it("are signed out, and signed in again, with each other", async () => {
    await start({ [refresh]: newTokens() });
    const { say } = another();
    const entries: unknown[] = [];
    const stopListening = onSession(() => {
      const session = currentSession();
      entries.push(session.kind === "signed-in" ? session.entry : undefined);
    });
    const first = currentSession();
    say({ kind: "left" });
    await vi.waitFor(() => expect(currentSession().kind).toBe("signed-out"));
    say({ kind: "entered", access: "access-2", endsAt: Date.now() + 600_000 });
    await vi.waitFor(() => expect(currentSession().kind).toBe("signed-in"));
    stopListening();
    const entry = first.kind === "signed-in" ? first.entry : Number.NaN;
    expect(entries).toEqual([undefined, entry + 1]);
  });
});
