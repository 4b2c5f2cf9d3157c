// For tests of accounts over HTTP: a server where people sign in, and browsers that keep cookies and tokens as real ones do.
import type { z } from "zod";
import { signedIn } from "#services/contract/accounts.ts";
import { problem } from "#services/contract/common.ts";
import { openTestApi, type TestApi } from "./api.builders.ts";

export const owner = {
  email: "olga@example.org",
  name: "Olga Owner",
  password: "blue horses eat quiet lamps",
};

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Browser {
  /** Cookies by name, with what they were given with. */
  readonly cookies: ReadonlyMap<string, { readonly value: string; readonly attributes: string }>;
  ask(path: string, sent?: Sent): Promise<Response>;
  /** The answer has to be of this schema. */
  read<S extends z.ZodType>(schema: S, path: string, sent?: Sent): Promise<z.infer<S>>;
  /** The status and code of the problem that it must be answered with. */
  refusal(path: string, sent?: Sent): Promise<[number, string]>;
  /** It must be answered with 204. */
  tell(path: string, sent?: Sent): Promise<void>;
  /** From an answer of a sign-in, or by the cookie of the session. */
  enter(answer?: z.infer<typeof signedIn>): Promise<void>;
  signIn(email: string, password: string): Promise<void>;
}

export const aBrowser = (api: TestApi): Browser => {
  const cookies = new Map<string, { value: string; attributes: string }>();
  let access: string | undefined;
  const cookieHeader = (path: string) =>
    [...cookies]
      .filter(([, { attributes }]) =>
        path.startsWith(/path=([^;]+)/iu.exec(attributes)?.[1] ?? "/"),
      )
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
  const ask: Browser["ask"] = async (path, { method, body, headers } = {}) => {
    const response = await api.ask(path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        "x-parlance-client": "web",
        "content-type": "application/json",
        cookie: cookieHeader(path),
        ...(access === undefined ? {} : { authorization: `Bearer ${access}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = "", attributes = ""] =
        /^([^=]+)=([^;]*);?(.*)$/u.exec(cookie) ?? [];
      if (/max-age=0(?:;|$)/iu.test(attributes)) cookies.delete(name);
      else cookies.set(name, { value, attributes });
    }
    return response;
  };
  const read: Browser["read"] = async (schema, path, sent) => {
    const response = await ask(path, sent);
    const text = await response.text();
    if (response.status >= 300) throw new Error(`${path} answered ${response.status}: ${text}`);
    return schema.parse(JSON.parse(text));
  };
  const enter: Browser["enter"] = async (answer) => {
    access = (answer ?? (await read(signedIn, "/api/v1/auth/refresh", { body: {} }))).access;
  };
  return {
    cookies,
    ask,
    read,
    async refusal(path, sent) {
      const response = await ask(path, sent);
      const text = await response.text();
      if (response.status < 400) throw new Error(`${path} answered ${response.status}: ${text}`);
      const { status, code } = problem.parse(JSON.parse(text));
      return [status, code];
    },
    async tell(path, sent) {
      const response = await ask(path, { method: "POST", ...sent });
      if (response.status !== 204)
        throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    },
    enter,
    async signIn(email, password) {
      const body = { email, password };
      await enter(await read(signedIn, "/api/v1/auth/sign-in", { body }));
    },
  };
};

/** A server that others reach, so that people sign in, with an owner. */
export const openPeopleApi = async (env: Record<string, string> = {}): Promise<TestApi> => {
  const api = await openTestApi({
    idle: true,
    env: { PARLANCE_HOST: "0.0.0.0", PARLANCE_PUBLIC_URL: "http://localhost", ...env },
  });
  await (await api.instance.accounts()).makeFirstOwner(owner);
  return api;
};
