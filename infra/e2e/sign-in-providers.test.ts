// Sign-in providers in a real browser: an owner adds one and tests it, somebody signs in there, and it is turned off and removed.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aProvider, listening, stopped } from "#services/accounts/provider-server.builders.ts";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);

const email = "olga@example.org";
const password = "gravel otter lantern nine";
const secret = "hush 4f1c0e3c";

/** Providers know the address that they send people back to before the server starts. */
const freeOrigin = async (): Promise<string> => {
  const held = createServer();
  const origin = await listening(held);
  stopped(held);
  return origin.replace("127.0.0.1", "localhost");
};

describe.skipIf(missing !== undefined)("sign-in providers in the web app", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let provider: Awaited<ReturnType<typeof aProvider>>;
  let origin: string;
  let olga: Page;

  const open = async (look: object = {}) =>
    (await browser.newContext({ reducedMotion: "reduce", ...look })).newPage();
  const signIn = async (page: Page) => {
    await page.goto(`${origin}/sign-in`);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: /^Your account:/u }).waitFor();
    await page.goto(`${origin}/organization/sign-in`);
    await page.getByRole("heading", { name: "Sign-in providers" }).waitFor();
  };
  const menu = async (item: string) => {
    await olga.getByRole("button", { name: "More for Keycloak" }).click();
    await olga.getByRole("menuitem", { name: item }).click();
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-sign-in-"));
    const file = join(home, "password");
    await writeFile(file, `${password}\n`);
    origin = await freeOrigin();
    const redirect = `${origin}/api/v1/auth/providers/keycloak/callback`;
    provider = await aProvider([
      { client_id: "parlance", client_secret: secret, redirect_uris: [redirect] },
    ]);
    server = await startServer({
      home,
      env: {
        PARLANCE_HOST: "0.0.0.0",
        PARLANCE_PORT: new URL(origin).port,
        PARLANCE_PUBLIC_URL: origin,
        PARLANCE_OWNER_EMAIL: email,
        PARLANCE_OWNER_PASSWORD_FILE: file,
      },
    });
    browser = await openChromium();
    olga = await open();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await server?.lose();
    provider?.close();
    await rm(home, { recursive: true, force: true });
  });

  it("are added, with the address that the provider has to know, after a test", async () => {
    await signIn(olga);
    await olga.getByText("Passwords of this server only").waitFor();
    expect(await violationsOn(olga)).toEqual([]);
    await olga.getByRole("button", { name: "Add a provider" }).click();
    await olga.getByRole("menuitem", { name: "Keycloak", exact: true }).click();
    const form = olga.getByRole("dialog", { name: "Add Keycloak" });
    await form.getByText(`${origin}/api/v1/auth/providers/keycloak/callback`).waitFor();
    await form.getByLabel("Issuer").fill(provider.issuer);
    await form.getByLabel("Client ID").fill("parlance");
    await form.getByLabel("Client secret", { exact: true }).fill("another one");
    await form.getByLabel("Who gets an account").click();
    await olga.getByRole("option", { name: "Everybody who can sign in there" }).click();
    await form.getByRole("button", { name: "Test" }).click();
    await form.getByText("One step failed.").waitFor();
    expect(await violationsOn(olga)).toEqual([]);
    await form.getByLabel("Client secret", { exact: true }).fill(secret);
    await form.getByRole("button", { name: "Test again" }).click();
    await form.getByText("Nothing failed.").waitFor();
    await form.getByRole("button", { name: "Add it" }).click();
    await olga.getByRole("list", { name: "Sign-in providers" }).getByText("Keycloak").waitFor();
    expect(await violationsOn(olga)).toEqual([]);
  }, 120_000);

  it("say beside the field what is wrong with it", async () => {
    await menu("Edit…");
    const form = olga.getByRole("dialog", { name: "Edit Keycloak" });
    expect(await form.getByLabel("Client secret", { exact: true }).inputValue()).toBe("");
    await form.getByLabel("Issuer").fill("http://login.example.org");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Issuer does not begin with https://.").waitFor();
    await form.getByRole("button", { name: "Cancel" }).click();
  }, 120_000);

  it("are told which team each group leads to", async () => {
    await menu("Edit…");
    const form = olga.getByRole("dialog", { name: "Edit Keycloak" });
    await form.getByRole("button", { name: "More", exact: true }).click();
    const teams = form.getByRole("group", { name: "Teams of groups" });
    await teams.getByRole("button", { name: "Add a group" }).click();
    await teams.getByLabel("Group", { exact: true }).fill("staff");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("teams.staff is no name of a team").waitFor();
    await teams.getByLabel("Team of staff").fill("Crew");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Claim with the groups is missing: the teams go by it.").waitFor();
    expect(await violationsOn(olga)).toEqual([]);
    await form.getByLabel("Claim with the groups").fill("groups");
    await form.getByRole("button", { name: "Save" }).click();
    await form.waitFor({ state: "hidden" });
  }, 120_000);

  it("sign people in, and not any more once they are off", async () => {
    const tess = await open();
    await tess.goto(`${origin}/sign-in`);
    await tess.getByText("Keycloak").click();
    await tess.locator("input[name=login]").fill("tess");
    await tess.locator("input[name=password]").fill("x");
    await tess.locator("button[type=submit]").click();
    await tess.locator("button[type=submit]").click();
    await tess.getByRole("button", { name: "Your account: Dr tess" }).waitFor();

    await olga.goto(`${origin}/organization/teams`);
    await olga.getByText(/^Crew/).first().waitFor();
    await olga.goto(`${origin}/organization/sign-in`);
    await olga.getByText("1 of them sign in only there").waitFor();
    await menu("Turn off…");
    const asked = olga.getByRole("dialog", { name: "Turn Keycloak off?" });
    await asked.getByText("1 person signs in only there").waitFor();
    expect(await violationsOn(olga)).toEqual([]);
    await asked.getByRole("button", { name: "Turn it off" }).click();
    await olga.getByText("Off", { exact: true }).waitFor();
    const later = await open();
    await later.goto(`${origin}/sign-in`);
    await later.getByLabel("E-mail").waitFor();
    expect(await later.getByText("Keycloak").count()).toBe(0);
    await tess.reload();
    await tess.getByRole("button", { name: "Your account: Dr tess" }).waitFor();
  }, 120_000);

  it("are accessible in the dark on a narrow screen, and gone once they are removed", async () => {
    const narrow = await open({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await signIn(narrow);
    await narrow.getByRole("button", { name: "Test Keycloak" }).click();
    await narrow.getByRole("dialog").getByRole("button", { name: "Test" }).click();
    await narrow.getByText("Nothing failed.").waitFor();
    expect(await violationsOn(narrow)).toEqual([]);
    await menu("Remove…");
    await olga.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await olga.getByText("Passwords of this server only").waitFor();
  }, 120_000);
});
