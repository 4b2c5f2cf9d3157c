// For tests: a real OpenID Connect provider on this machine, and a browser that signs in there over HTTP.
import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import Provider, { type ClientMetadata } from "oidc-provider";

/** Listens on a free port; the issuer is its address. */
export const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
};

export const stopped = (server: Server): void => {
  server.closeAllConnections();
  server.close();
};

/** People have the e-mail address `<login>@example.org` and the groups `staff` and `<login>s`, or those that a test puts into `groups`. */
export const aProvider = async (clients: readonly ClientMetadata[]) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const signingKey = { ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" };
  const server = createServer();
  const groups = new Map<string, readonly string[]>();
  const issuer = await listening(server);
  const provider = new Provider(issuer, {
    clients: [...clients],
    claims: {
      openid: ["sub", "groups"],
      email: ["email", "email_verified"],
      profile: ["name"],
    },
    // What it would otherwise say about its defaults is no news to tests.
    jwks: { keys: [signingKey] },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    renderError: (ctx, out) => {
      ctx.type = "text";
      ctx.body = JSON.stringify(out);
    },
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: `Dr ${id}`,
        email: `${id}@example.org`,
        email_verified: id !== "unverified",
        groups: groups.get(id) ?? ["staff", `${id}s`],
      }),
    }),
  });
  const callback = provider.callback();
  server.on("request", (request, response) => void callback(request, response));
  return { issuer, groups, close: () => stopped(server) };
};

/** A browser that keeps cookies, follows redirects and fills in the provider's forms, until it is sent to `until`. */
export const signingIn = async (
  location: string,
  about: { readonly login: string; readonly until: string },
): Promise<string> => {
  const jar = new Map<string, string>();
  const ask = async (url: string, form?: URLSearchParams): Promise<Response> => {
    const answer = await fetch(url, {
      redirect: "manual",
      method: form === undefined ? "GET" : "POST",
      body: form ?? null,
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
      jar.set(name, value);
    }
    return answer;
  };
  let at = location;
  let answer = await ask(at);
  for (let step = 0; step < 20; step++) {
    const next = answer.headers.get("location");
    if (next !== null) {
      at = new URL(next, at).href;
      if (at.startsWith(about.until)) return at;
      answer = await ask(at);
      continue;
    }
    const page = await answer.text();
    const [, action] = /<form[^>]*action="([^"]+)"/u.exec(page) ?? [];
    const [, prompt] = /name="prompt" value="([^"]+)"/u.exec(page) ?? [];
    if (answer.status !== 200 || action === undefined || prompt === undefined)
      throw new Error(`The provider answered ${answer.status}: ${page.slice(0, 2000)}`);
    at = new URL(action, at).href;
    answer = await ask(at, new URLSearchParams({ prompt, login: about.login, password: "x" }));
  }
  throw new Error("The provider sent the browser round in circles.");
};
