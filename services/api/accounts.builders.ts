// Builders for tests of accounts: a server on which people sign in, and people in browsers with a cookie of their own.
import { Secret, TOTP } from "otpauth";
import type { z } from "zod";
import { type Mailbox, tokenIn } from "#services/accounts/mailbox.builders.ts";
import { signInAnswer } from "#services/contract/accounts.ts";
import { collection } from "#services/contract/collections.ts";
import { madeInvitation } from "#services/contract/organizations.ts";
import { millis } from "#services/domain/units.ts";
import { openTestApi, type TestApi } from "./api.builders.ts";

export const goodPassword = "gravel otter lantern nine";

export interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  /** Of a problem; "" of any other answer. */
  readonly code: string;
  readonly json: () => unknown;
}

/** A browser: it keeps its cookie, and sends the access token that the page holds. */
export interface TestBrowser {
  access: string | undefined;
  cookie: string | undefined;
  ask(path: string, sent?: Sent): Promise<Answered>;
  /** @throws where the answer is an error */
  read<S extends z.ZodType>(schema: S, path: string, sent?: Sent): Promise<z.infer<S>>;
  /** Signs in, with the second factor where a secret is given. */
  signIn(email: string, password?: string): Promise<Answered>;
  /** A new access token, by the cookie. */
  refresh(): Promise<Answered>;
}

const codeOf = (text: string): string => {
  try {
    return String((JSON.parse(text) as { code?: string }).code ?? "");
  } catch {
    return "";
  }
};

export const openBrowser = (api: Pick<TestApi, "ask">): TestBrowser => {
  const browser: TestBrowser = {
    access: undefined,
    cookie: undefined,
    async ask(path, { method, body, headers } = {}) {
      const verb = method ?? (body === undefined ? "GET" : "POST");
      const written =
        body === undefined && verb !== "POST" ? undefined : JSON.stringify(body ?? {});
      const response = await api.ask(path, {
        method: verb,
        headers: {
          "x-parlance-client": "test",
          ...(written === undefined ? {} : { "content-type": "application/json" }),
          ...(browser.cookie === undefined ? {} : { cookie: browser.cookie }),
          ...(browser.access === undefined ? {} : { authorization: `Bearer ${browser.access}` }),
          "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
          ...headers,
        },
        ...(written === undefined ? {} : { body: written }),
      });
      const given = response.headers.get("set-cookie");
      if (given !== null)
        browser.cookie = /Max-Age=0/u.test(given) ? undefined : given.split(";")[0];
      const text = await response.text();
      return {
        status: response.status,
        text,
        code: response.status >= 400 ? codeOf(text) : "",
        json: () => JSON.parse(text),
      };
    },
    async read(schema, path, sent) {
      const { status, text } = await browser.ask(path, sent);
      if (status >= 400) throw new Error(`${path} answered ${status}: ${text}`);
      return schema.parse(JSON.parse(text));
    },
    async signIn(email, password = goodPassword) {
      const answered = await browser.ask("/api/v1/auth/sign-in", { body: { email, password } });
      takeAccess(browser, answered);
      return answered;
    },
    async refresh() {
      const answered = await browser.ask("/api/v1/auth/refresh", { method: "POST" });
      takeAccess(browser, answered);
      return answered;
    },
  };
  return browser;
};

export const takeAccess = (browser: TestBrowser, answered: Answered): void => {
  if (answered.status !== 200) return;
  const read = signInAnswer.parse(answered.json());
  if (read.kind === "signed-in") browser.access = read.access;
};

/** The token behind "#" of a link. */
export const tokenOf = (link: string | null): string => {
  const token = link?.split("#token=")[1];
  if (token === undefined) throw new Error(`There is no token in ${link}.`);
  return token;
};

/** The code that an authenticator shows. */
export const codeAt = (secret: string, at: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });

export interface AccountsApi extends TestApi {
  /** The first owner, signed in. */
  readonly owner: TestBrowser;
  /** The clock of this server: it stands still, and is set. */
  readonly clock: { now: number };
  browser(): TestBrowser;
  /** Invites somebody, who accepts and is signed in. */
  join(email: string, role: "owner" | "admin" | "member" | "viewer"): Promise<TestBrowser>;
}

/** Of the link in the newest letter: an invitation is answered when it was sent. */
const mailedToken = async (mailbox: Mailbox | undefined): Promise<string> => {
  const letter = mailbox?.letters.at(-1);
  if (letter === undefined) throw new Error("There is no letter.");
  return tokenIn(letter);
};

export const ownersEmail = "olga@example.org";

/** A server with an owner on which people sign in; its clock stands still. */
export const openAccountsApi = async ({
  mailbox,
  ...options
}: Parameters<typeof openTestApi>[0] & {
  /** Where its mails come in, when it sends any: invitations do then. */
  readonly mailbox?: Mailbox;
} = {}): Promise<AccountsApi> => {
  const clock = { now: Date.now() };
  const api = await openTestApi({ idle: true, now: () => millis(clock.now), ...options });
  const browser = () => openBrowser(api);
  const owner = browser();
  const on = (await (await api.instance.accounts()).turnOn("http://localhost")) ?? null;
  const made = await owner.ask("/api/v1/auth/setup", {
    body: { token: tokenOf(on), email: ownersEmail, name: "Olga", password: goodPassword },
  });
  if (made.status !== 200) throw new Error(made.text);
  takeAccess(owner, made);
  return {
    ...api,
    owner,
    clock,
    browser,
    async join(email, role) {
      // The clock may have been set since.
      if ((await owner.ask("/api/v1/account")).status === 401) await owner.signIn(ownersEmail);
      const { link } = await owner.read(madeInvitation, "/api/v1/invitations", {
        body: { email, role },
      });
      const token = link === null ? await mailedToken(mailbox) : tokenOf(link);
      const person = browser();
      const [name = email] = email.split("@");
      const accepted = await person.ask("/api/v1/auth/accept-invitation", {
        body: { token, name, password: goodPassword },
      });
      if (accepted.status !== 200) throw new Error(accepted.text);
      takeAccess(person, accepted);
      return person;
    },
  };
};

/** A collection of somebody. @returns its id */
export const makeCollectionOf = async (person: TestBrowser, name: string): Promise<string> =>
  (await person.read(collection, "/api/v1/collections", { body: { name } })).id;
