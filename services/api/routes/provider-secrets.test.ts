// Tests of the secrets of sign-in providers that were added: kept for the address that they were given for, and sent to no other.
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listening, stopped } from "#services/accounts/provider-server.builders.ts";
import { problem } from "#services/contract/common.ts";
import { signInProvider, signInProviderList } from "#services/contract/sign-in-providers.ts";
import type { TestApi } from "../api.builders.ts";
import { aBrowser, type Browser, openPeopleApi, owner } from "../browsers.builders.ts";

const path = "/api/v1/sign-in-providers";
const secret = "hush 4f1c0e3c";

let api: TestApi;
let admin: Browser;
beforeAll(async () => {
  api = await openPeopleApi();
  admin = aBrowser(api);
  await admin.signIn(owner.email, owner.password);
});
afterAll(() => api.close());

const patch = (id: string, body: unknown) =>
  admin.read(signInProvider, `${path}/${id}`, { method: "PATCH", body });
const remove = (id: string) => admin.tell(`${path}/${id}`, { method: "DELETE", body: {} });
const listed = async (id: string) =>
  (await admin.read(signInProviderList, path)).providers.find((one) => one.id === id);

describe("the secret of a sign-in provider", () => {
  const others = [
    { issuer: "https://other.example.org" },
    { issuer: "https://other.example.org", clientId: "another" },
  ];

  it("is not sent to another address than the one that it was given for", async () => {
    const asked: string[] = [];
    const evil = createServer((request, response) => {
      asked.push(request.headers.authorization ?? request.url ?? "");
      response.end("{}");
    });
    const issuer = await listening(evil);
    const { settings } = await admin.read(signInProvider, path, {
      body: {
        ...{ id: "club", kind: "oidc", name: "Club", secrets: { clientSecret: secret } },
        settings: { issuer: "https://login.example.org", clientId: "club" },
      },
    });
    for (const [method, at] of [
      ["PATCH", `${path}/club`],
      ["POST", `${path}/club/test`],
    ] as const)
      for (const more of [...others, { issuer, allowHttp: true }]) {
        const answer = await admin.ask(at, {
          method,
          body: { settings: { ...settings, ...more } },
        });
        expect(problem.parse(await answer.json())).toMatchObject({
          ...{ code: "bad-provider", data: { field: "clientSecret" } },
          detail: expect.stringContaining("clientSecret has to be given again"),
        });
      }
    expect(asked).toEqual([]);
    expect((await listed("club"))?.settings).toEqual(settings);
    const [moved] = others;
    const made = await patch("club", {
      settings: { ...settings, ...moved },
      secrets: { clientSecret: "another one" },
    });
    expect(made.settings).toMatchObject({ issuer: "https://other.example.org" });
    await remove("club");
    stopped(evil);
  });

  it("of a directory is given again too where its connection is not encrypted any more", async () => {
    const settings = { url: "ldap://localhost:9", base: "dc=example,dc=org", bindDn: "cn=reader" };
    await admin.read(signInProvider, path, {
      body: {
        ...{ id: "directory", kind: "ldap", name: "People", settings },
        secrets: { bindPassword: secret },
      },
    });
    for (const more of [{ startTls: false }, { url: "ldaps://127.0.0.1:9" }]) {
      const body = { settings: { ...settings, ...more } };
      const answer = await admin.ask(`${path}/directory`, { method: "PATCH", body });
      expect(problem.parse(await answer.json())).toMatchObject({
        ...{ code: "bad-provider", data: { field: "bindPassword" } },
      });
    }
    const renamed = await patch("directory", {
      settings: { ...settings, filter: "(uid={login})" },
    });
    expect(renamed.secrets).toEqual(["bindPassword"]);
    await remove("directory");
  });
});
