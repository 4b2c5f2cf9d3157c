// Signing in by SAML in a real browser: the identity provider is another site (127.0.0.1, and not localhost), so that cookies and forms
// are treated as between two companies.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listening } from "#services/accounts/provider-server.builders.ts";
import { anIdentityProvider } from "#services/accounts/saml/identity-provider.builders.ts";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`SAML tests are skipped: ${missing}\n`);

const password = "gravel otter lantern nine";

/** A port that is free now: providers are told it before the server listens. */
const freePort = async (): Promise<string> => {
  const server = createServer();
  const { port } = new URL(await listening(server));
  await new Promise((done) => server.close(done));
  return port;
};

describe.skipIf(missing !== undefined)("signing in by SAML in a browser", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let idp: Awaited<ReturnType<typeof anIdentityProvider>>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-saml-"));
    const [made, port] = await Promise.all([anIdentityProvider(), freePort()]);
    idp = made;
    const provider = {
      ...{ id: "company", name: "Company", kind: "saml", metadata: idp.metadata },
      ...{ allowHttp: true, verifiedEmails: true, newAccounts: "anyone" },
    };
    const env = {
      PARLANCE_PORT: port,
      PARLANCE_PUBLIC_URL: `http://localhost:${port}`,
      PARLANCE_SIGN_IN_PROVIDERS: JSON.stringify([provider]),
    };
    [server, browser] = await Promise.all([startServer({ home, env }), openChromium()]);
    const { link } = await callJson<{ link: string }>(`${server.url}/api/v1/accounts/on`, {
      method: "POST",
    });
    const setup = await fetch(`${server.url}/api/v1/auth/setup`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-parlance-client": "test" },
      body: JSON.stringify({
        token: link.split("#token=")[1],
        ...{ email: "olga@example.org", name: "Olga", password },
      }),
    });
    expect(setup.status).toBe(200);
    const described = `${server.url}/api/v1/auth/providers/company/metadata`;
    idp.meet(await (await fetch(described)).text());
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    idp.close();
    await rm(home, { recursive: true, force: true });
  });

  const openPage = async (): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    // The first page waits for a browser and a server that have just begun.
    context.setDefaultTimeout(100_000);
    return context.newPage();
  };
  const signInThere = async (page: Page, login: string) => {
    await page.locator("input[name=login]").fill(login);
    await page.getByRole("button", { name: "Go on" }).click();
    // The page with the form of the answer, which a provider's script would send at once.
    await page.waitForFunction('document.querySelector("input[name=SAMLResponse]") !== null');
  };

  it("leads to the other site and back to the page that was asked for", async () => {
    const page = await openPage();
    await page.goto(`${server.url}/alerts`);
    await page.getByRole("link", { name: "Sign in with Company" }).click();
    await signInThere(page, "ada");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("heading", { level: 1, name: "Alerts" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/alerts");
    // The session is there as well after the page was loaded anew.
    await page.reload();
    await page.getByRole("button", { name: /^Your account/ }).waitFor();
    await page.context().close();
  });

  it("says why it did not work, and leads to the page that was asked for at the second try", async () => {
    const page = await openPage();
    await page.goto(`${server.url}/alerts`);
    await page.getByRole("link", { name: "Sign in with Company" }).click();
    await signInThere(page, "ben");
    await page.evaluate('document.querySelector("input[name=SAMLResponse]").value = "AAAA"');
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText(/^Company did not let you in/).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.getByLabel("E-mail").fill("olga@example.org");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Alerts" }).waitFor();
    await page.context().close();
  });

  it("takes no answer in a browser in which it did not begin", async () => {
    const [page, other] = [await openPage(), await openPage()];
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole("link", { name: "Sign in with Company" }).click();
    await signInThere(page, "ada");
    const form = await page.content();
    await other.goto(idp.issuer);
    await other.setContent(form);
    await other.getByRole("button", { name: "Go on" }).click();
    await other.getByText(/^This did not begin in this window/).waitFor();
    await Promise.all([page.context().close(), other.context().close()]);
  });
});
