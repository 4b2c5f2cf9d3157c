// Who is signed in, in this tab and in all others: the access token, kept in memory only, and how it is renewed.
import { type AuthState, authState, type SignedIn, signedIn } from "#services/contract/accounts.ts";
import type { StartedLook } from "#services/contract/looks.ts";
import {
  base,
  expectSuccess,
  type Headers,
  ProblemError,
  type Question,
  readAnswer,
  send,
} from "./plain-request.ts";
import { onReachability, reachability } from "./reachability.ts";

/** In this tab only: what is asked, is asked by a token that reads as somebody else. */
export interface Look {
  readonly access: string;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly endsAt: number;
  readonly name: string;
}

interface SignedInSession {
  readonly kind: "signed-in";
  readonly about: AuthState;
  readonly access: string;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly endsAt: number;
  readonly look: Look | undefined;
  /** The name of the person as whom this tab saw the app, where that ended by itself. */
  readonly pastLook?: string | undefined;
  /** Counts up with every signing in, every look and every change of the organization, and not where a token is only renewed. */
  readonly entry: number;
}
interface SignedOutSession {
  readonly kind: "signed-out";
  readonly about: AuthState;
  /** Whoever was signed in here has just deleted their account. */
  readonly isDeleted?: boolean;
}
export type Session =
  | { readonly kind: "starting"; readonly about?: AuthState }
  /** Whether people sign in here could not be read. */
  | { readonly kind: "failed"; readonly error: unknown }
  /** Whoever reaches the server is its owner. */
  | { readonly kind: "without-accounts"; readonly about: AuthState }
  | SignedOutSession
  | SignedInSession;

/** What tabs tell each other. It goes to pages of the same origin only. */
type Message =
  | { readonly kind: "renewed" | "entered"; readonly access: string; readonly endsAt: number }
  | { readonly kind: "left"; readonly isDeleted?: boolean };

const channelName = "parlance-session";
/** A token that ends sooner is renewed before it is used. */
const soonMs = 30_000;
const longestLockMs = 3_000;

/**
 * Whom this tab sees the app as, by name: a page that is loaded anew says that it is over. The token is kept in memory only, where
 * nothing that reads storage finds it.
 */
const lookKey = "parlance-look";

let session: Session = { kind: "starting" };
let channel: BroadcastChannel | undefined;
let renewing: Promise<void> | undefined;
let entries = 0;
const listeners = new Set<() => void>();

export const currentSession = (): Session => session;
export const currentLook = (): Look | undefined =>
  session.kind === "signed-in" ? session.look : undefined;
export const onSession = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const become = (next: Session) => {
  session = next;
  for (const listener of listeners) listener();
};
const tellTabs = (message: Message) => channel?.postMessage(message);

/** The organization that a token is for. The server checks it, not the page. */
const placeOf = (access: string): unknown => {
  try {
    const claims = access.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(atob(claims ?? "")).org;
  } catch {
    return undefined;
  }
};

/** The token of somebody who was not signed in, or of another organization, begins a new entry. */
const take = (kind: "renewed" | "entered", access: string, endsAt: number) => {
  const known = "about" in session ? session.about : undefined;
  if (known === undefined || session.kind === "without-accounts") return;
  const before = kind === "renewed" && session.kind === "signed-in" ? session : undefined;
  // Who was put out of an organization is given a token for another one of theirs.
  const isSame = before !== undefined && placeOf(before.access) === placeOf(access);
  const entry = isSame ? before.entry : ++entries;
  const look = isSame ? before.look : undefined;
  const lost = session.kind === "starting" ? sessionStorage.getItem(lookKey) : null;
  if (look === undefined) sessionStorage.removeItem(lookKey);
  become({
    kind: "signed-in",
    about: { ...known, needsOwner: false },
    access,
    endsAt,
    look,
    ...(lost === null ? {} : { pastLook: lost }),
    entry,
  });
};
const takeAnswer = (kind: "renewed" | "entered", { access, expiresIn }: SignedIn) => {
  const endsAt = Date.now() + expiresIn * 1000;
  take(kind, access, endsAt);
  tellTabs({ kind, access, endsAt });
};
const leave = (isDeleted: boolean) => {
  sessionStorage.removeItem(lookKey);
  if (session.kind === "signed-in") become({ kind: "signed-out", about: session.about, isDeleted });
  // It was noticed before that nobody is let in any more.
  else if (isDeleted && session.kind === "signed-out") become({ ...session, isDeleted });
};

const onMessage = ({ data }: MessageEvent<Message>) => {
  if (data.kind === "left") leave(data.isDeleted === true);
  else take(data.kind, data.access, data.endsAt);
};

/** Signed in, or in another organization from now on: in all tabs. */
export const enter = (answer: SignedIn): void => takeAnswer("entered", answer);

/** A request that sends the cookie of the session, or sets it. The header keeps other sites from sending it. */
export const sendWithCookie = async (path: string, body: unknown): Promise<Response> => {
  const question: Question = { method: "POST", body };
  return expectSuccess(await send(path, question, { "x-parlance-client": "web" }), question);
};

const isSignedOut = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.status === 401;

const leaveEverywhere = (isDeleted = false) => {
  tellTabs(isDeleted ? { kind: "left", isDeleted } : { kind: "left" });
  leave(isDeleted);
};

/** Ends the session of this browser, whether the server still knows it or not. */
const endCookie = async (): Promise<void> => {
  try {
    await sendWithCookie(`${base}/auth/sign-out`, {});
  } catch (error) {
    if (!isSignedOut(error)) throw error;
  }
};

/** Signs out, in all tabs. */
export const signOut = async (): Promise<void> => {
  await endCookie();
  leaveEverywhere();
};

/** The account is deleted: nobody is signed in any more, in all tabs, and the sign-in page says why. */
export const leaveDeleted = async (): Promise<void> => {
  leaveEverywhere(true);
  await endCookie();
};

const askForToken = async (): Promise<void> => {
  try {
    const response = await sendWithCookie(`${base}/auth/refresh`, {});
    takeAnswer("renewed", await readAnswer(signedIn, response, {}));
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    // One tab asks whether one is still let in, and the cookie is the same for all.
    leaveEverywhere();
  }
};

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** One tab after the other, where the browser has locks (on https and on localhost). */
const alone = async (act: () => Promise<void>): Promise<void> => {
  const locks = "locks" in navigator ? navigator.locks : undefined;
  if (locks === undefined) return await act();
  const askedAt = performance.now();
  let began = false;
  try {
    await locks.request(channelName, { signal: AbortSignal.timeout(longestLockMs) }, async () => {
      began = true;
      // The token that the tab before this one was given may still be on its way.
      if (performance.now() - askedAt > 5) await pause(50);
      await act();
    });
  } catch (error) {
    if (began) throw error;
    // Another tab has had the lock for too long: it may be frozen.
    await act();
  }
};

const isStill = (used: string) => session.kind === "signed-in" && session.access === used;

const renewAlone = (used: string): Promise<void> =>
  alone(async () => {
    if (isStill(used)) await askForToken();
  });

/** A new token instead of this one; all that ask meanwhile wait for the same. */
const renew = async (used: string): Promise<void> => {
  if (!isStill(used)) return;
  renewing ??= renewAlone(used).finally(() => {
    renewing = undefined;
  });
  await renewing;
};

const tokenNow = async (): Promise<string | undefined> => {
  if (session.kind === "signed-in" && session.endsAt - Date.now() < soonMs)
    await renew(session.access);
  return session.kind === "signed-in" ? session.access : undefined;
};
const withAccess = (access: string): Headers => ({ authorization: `Bearer ${access}` });

/** This tab sees the app as somebody else from now on. */
export const lookAs = ({ access, expiresIn, as }: StartedLook): void => {
  if (session.kind !== "signed-in") return;
  const look = { access, endsAt: Date.now() + expiresIn * 1000, name: as.name };
  sessionStorage.setItem(lookKey, as.name);
  become({ ...session, look, pastLook: undefined, entry: ++entries });
};
/** Everything is one's own again. */
export const lookIsOver = (): void => {
  const look = currentLook();
  if (look === undefined || session.kind !== "signed-in") return;
  sessionStorage.removeItem(lookKey);
  become({ ...session, look: undefined, pastLook: look.name, entry: ++entries });
};
/** It is known that it is over. */
export const forgetLook = (): void => {
  if (session.kind === "signed-in") become({ ...session, pastLook: undefined });
};

const withLook = async <T>(
  { access }: Look,
  attempt: (headers: Headers) => Promise<T>,
): Promise<T> => {
  try {
    return await attempt(withAccess(access));
  } catch (error) {
    if (isSignedOut(error) && currentLook()?.access === access) lookIsOver();
    throw error;
  }
};

/**
 * Does what needs the token. Where the server says that nobody is signed in, once more with a new token.
 * @param attempt given the headers to send, none where nobody is signed in; it throws a ProblemError where it is refused
 */
export const withToken = async <T>(attempt: (headers: Headers) => Promise<T>): Promise<T> => {
  const look = currentLook();
  if (look !== undefined) return await withLook(look, attempt);
  const used = await tokenNow();
  if (used === undefined) return await attempt({});
  try {
    return await attempt(withAccess(used));
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    await renew(used);
    if (session.kind !== "signed-in") throw error;
    return await attempt(withAccess(session.access));
  }
};

const begin = async (isWanted: () => boolean): Promise<void> => {
  const question = {};
  try {
    const response = await expectSuccess(await send(`${base}/auth/state`, question), question);
    const about = await readAnswer(authState, response, question);
    if (!isWanted()) return;
    if (!about.accounts) return become({ kind: "without-accounts", about });
    channel ??= new BroadcastChannel(channelName);
    channel.onmessage = onMessage;
    session = { kind: "starting", about };
    await alone(async () => {
      if (session.kind === "starting" && !about.needsOwner) await askForToken();
    });
    if (isWanted() && session.kind === "starting") become({ kind: "signed-out", about });
  } catch (error) {
    if (isWanted()) become({ kind: "failed", error });
  }
};

/**
 * Finds out whether people sign in here and who does; again when a server that did not answer does.
 * @returns stops it, and forgets who is signed in
 */
export const startSession = (): (() => void) => {
  let isWanted = true;
  const start = () => {
    become({ kind: "starting" });
    void begin(() => isWanted);
  };
  const stopListening = onReachability(() => {
    if (reachability() === "reachable" && session.kind === "failed") start();
  });
  start();
  return () => {
    isWanted = false;
    stopListening();
    channel?.close();
    channel = undefined;
    session = { kind: "starting" };
  };
};
