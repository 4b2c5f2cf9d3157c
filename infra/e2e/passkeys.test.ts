// Passkeys and shared links in a real browser: a passkey is made and signs in; a link opens one thing in another browser.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, CDPSession, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSample } from "../../cli/embedded/sample.ts";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { watchForErrors } from "./page-errors.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`passkey tests are skipped: ${missing}\n`);

const password = "correct horse battery";

describe.skipIf(missing !== undefined)("passkeys and shared links", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  /** What the app expects: nobody is signed in yet, a password is needed. */
  const errors = watchForErrors((status) => [401, 403, 410].includes(status));

  const watched = async (context: BrowserContext): Promise<Page> => {
    const opened = await context.newPage();
    errors.watch(opened);
    return opened;
  };

  /** A conversation that can be shared, made before there are accounts. */
  const importLog = async (): Promise<void> => {
    const [first] = (await readSample()).filter(({ name }) => name.endsWith(".json"));
    if (first === undefined) throw new Error("The sample has no JSON file.");
    const { id } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name: "Bakery" },
    });
    await callJson(`${server.url}/api/v1/collections/${id}/uploads?filename=${first.name}`, {
      method: "PUT",
      raw: Buffer.from(first.bytes),
    });
    for (;;) {
      const path = `${server.url}/api/v1/collections/${id}`;
      const now = await callJson<{ conversations: number; pending: number }>(path);
      if (now.conversations > 0 && now.pending === 0) return;
      await new Promise((later) => setTimeout(later, 200));
    }
  };

  let devtools: CDPSession;
  let authenticatorId: string;
  /** A device that keeps passkeys, whose owner agrees to what is asked of it. */
  const giveAuthenticator = async (): Promise<void> => {
    devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable", { enableUI: false });
    ({ authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    }));
  };
  /** Whether its owner agrees at once: to what a field offers as well, so not while the sign-in page opens. */
  const agrees = (enabled: boolean) =>
    devtools.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });

  const signOut = async () => {
    await page.getByRole("button", { name: /^Your account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-passkeys-"));
    [server, browser] = await Promise.all([startServer({ home }), openChromium()]);
    await importLog();
    const { link } = await callJson<{ link: string }>(`${server.url}/api/v1/accounts/on`, {
      method: "POST",
    });
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
    });
    page = await watched(context);
    await giveAuthenticator();
    await page.goto(link);
    await page.getByLabel("Your name").fill("Mira Okafor");
    await page.getByLabel("E-mail").fill("mira@example.org");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Make the account" }).click();
    await page.getByRole("button", { name: "Your account: Mira Okafor" }).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("makes a passkey, and shows the recovery codes that come with the first one", async () => {
    await page.goto(`${server.url}/account/security`);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Laptop");
    await page.getByLabel("Your password").fill(password);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole("button", { name: "Make the passkey" }).click();
    await page.getByRole("group", { name: "Recovery codes" }).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByRole("list", { name: "Your passkeys" }).getByText("Laptop").waitFor();
    await page.getByText("You have 10 recovery codes left.").waitFor();
    expect(await violationsOn(page)).toEqual([]);
  });

  it("renames it", async () => {
    await page.getByRole("button", { name: "Rename the passkey Laptop" }).click();
    const dialog = page.getByRole("dialog", { name: "Rename the passkey" });
    await dialog.getByLabel("Name", { exact: true }).fill("Mira’s laptop");
    expect(await violationsOn(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("list", { name: "Your passkeys" }).getByText("Mira’s laptop").waitFor();
  });

  it("takes it instead of the password", async () => {
    await page.getByRole("button", { name: "New recovery codes" }).click();
    const dialog = page.getByRole("dialog", { name: "New recovery codes" });
    expect(await violationsOn(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Use a passkey instead" }).click();
    await dialog.getByText("Confirmed with your passkey.").waitFor();
    await dialog.getByRole("button", { name: "Make them" }).click();
    await page.getByRole("group", { name: "Recovery codes" }).waitFor();
    await page.getByRole("button", { name: "I have kept them" }).click();
  });

  it("offers it in the list of the e-mail field, and signs nobody in who chose nothing", async () => {
    await agrees(false);
    await signOut();
    expect(await page.getByLabel("E-mail").getAttribute("autocomplete")).toBe("username webauthn");
    expect(await violationsOn(page)).toEqual([]);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
  });

  it("signs in with it alone, and as the second factor beside the password", async () => {
    await agrees(true);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText(/used just now/).waitFor();
    expect(new URL(page.url()).pathname).toBe("/account/security");
    await agrees(false);
    await signOut();
    await page.getByLabel("E-mail").fill("mira@example.org");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Second factor" }).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await agrees(true);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("heading", { name: "Passkeys" }).waitFor();
  });

  it("shares a conversation with a password; another browser reads it until it is withdrawn", async () => {
    await page.goto(server.url);
    await page
      .getByRole("link", { name: /Bakery/ })
      .first()
      .click();
    await page.getByRole("link", { name: "Conversations", exact: true }).first().click();
    await page.locator("a.listing-row").first().click();
    await page.getByRole("button", { name: "Share this conversation by a link" }).click();
    await page.getByLabel("Password (optional)").fill("open sesame");
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole("button", { name: "Make the link" }).click();
    const link = await page.getByRole("dialog").locator("code").textContent();
    expect(await violationsOn(page)).toEqual([]);

    const stranger = await browser.newContext({
      viewport: { width: 390, height: 844 },
      reducedMotion: "reduce",
      colorScheme: "dark",
    });
    const reader = await watched(stranger);
    await reader.goto(link ?? "");
    await reader.getByLabel("Password", { exact: true }).fill("open sesame");
    expect(await violationsOn(reader)).toEqual([]);
    await reader.getByRole("button", { name: "Open", exact: true }).click();
    await reader.getByRole("article").first().waitFor();
    await reader.getByText("Shared with").waitFor();
    expect(await reader.getByRole("navigation").count()).toBe(0);
    expect(await violationsOn(reader)).toEqual([]);
    expect(await reader.locator("html").evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(
      390,
    );

    await page.getByRole("link", { name: "settings of the collection" }).click();
    await page.getByText(/opened once/).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole("button", { name: /^Withdraw the link/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
    await page.getByText(/There are none/).waitFor();
    await reader.reload();
    await reader.getByRole("heading", { name: "This link has ended" }).waitFor();
    expect(await violationsOn(reader)).toEqual([]);
    await stranger.close();
  });

  it("has written no errors to the console", async () => {
    expect(await errors.found()).toEqual([]);
  });
});
