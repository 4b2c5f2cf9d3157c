// Tests of trying a provider of SAML, against a real one.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { checkProvider, type SamlConfig } from "../provider-config.ts";
import { anIdentityProvider } from "../saml/identity-provider.builders.ts";
import { samlSteps } from "../saml/saml.ts";
import { trySaml } from "./saml.ts";

const redirectUri = "https://chats.example.org/api/v1/auth/providers/company/callback";
const now = () => millis(Date.now());

let server: Awaited<ReturnType<typeof anIdentityProvider>>;
beforeAll(async () => {
  server = await anIdentityProvider();
  server.meet(samlSteps(config(), now).metadata(redirectUri));
});
afterAll(() => server.close());

const config = (more: Partial<SamlConfig> = {}): SamlConfig => {
  const { metadata } = server;
  const basics = { id: "company", name: "Company", kind: "saml", allowHttp: true };
  const checked = checkProvider({ ...basics, metadata });
  if (checked.kind !== "saml") throw new Error("It is a provider of SAML.");
  return { ...checked, ...more };
};
const tried = (more: Partial<SamlConfig> = {}, at = now) =>
  trySaml(config(more), { redirectUri, now: at });
const statesOf = async (...given: Parameters<typeof tried>) =>
  (await tried(...given)).map(({ name, state }) => `${name}: ${state}`);

describe("trying a provider of SAML", () => {
  it("finds nothing wrong where everything is right, and says what the provider has to know", async () => {
    const steps = await tried();
    expect(steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      "Identity provider: ok",
      "Certificates: ok",
      "Sign-in page: ok",
      "Clock: ok",
    ]);
    expect(steps[2]?.hint).toContain(redirectUri);
    expect(steps[2]?.hint).toContain(redirectUri.replace("callback", "metadata"));
  });

  it("says that there is no page at the address", async () => {
    const signInUrl = new URL("/nowhere", server.issuer).href.replace(/:\d+/u, ":9");
    expect(await statesOf({ signInUrl })).toContain("Sign-in page: failed");
  });

  it("says that a certificate has ended", async () => {
    const later = () => millis(Date.now() + 100 * 365 * 24 * 60 * 60 * 1000);
    const states = await statesOf({}, later);
    expect(states).toContain("Certificates: unclear");
    expect(states).toContain("Clock: failed");
  });
});
