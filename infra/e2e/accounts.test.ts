// Accounts in a real browser: the first owner, an invitation, a second factor, sharing and its end, keys, several tabs, and how fast
// somebody who is suspended is out.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { watchForErrors } from "./page-errors.ts";
import { type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);

const password = "gravel otter lantern nine";
const stepMs = 30_000;
const support = join(import.meta.dirname, "..", "sample", "support.jsonl");

/** Conversations that take long enough to import for somebody to be suspended meanwhile. */
const longExport = (): Buffer => {
  const lines = Array.from({ length: 30_000 }, (_, at) =>
    JSON.stringify({
      messages: [
        { role: "user", content: `Where is order ${at}? It should have come on day ${at % 31}.` },
        { role: "assistant", content: `Order ${at} is with courier ${at % 97}.` },
      ],
    }),
  );
  return Buffer.from(lines.join("\n"));
};

describe.skipIf(missing !== undefined)("accounts in the web app", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let olga: Page;
  let mira: Page;
  let invitation: string;
  let collection: string;
  let key: string;
  /** The second factor of Mira, in base 32. */
  let factor = "";
  /** What is asked without a session, for what is not shared, by a suspended person and with a used link is refused. */
  const errors = watchForErrors((status) => [401, 403, 404, 410].includes(status));

  const openContext = async (look: object = {}): Promise<BrowserContext> => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
      ...look,
    });
    context.on("page", errors.watch);
    return context;
  };
  const openPage = async (look?: object) => (await openContext(look)).newPage();
  const passwordOn = (page: Page, label = "Password") => page.getByLabel(label, { exact: true });
  const signIn = async (page: Page, email: string) => {
    await page.getByLabel("E-mail").fill(email);
    await passwordOn(page).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  const code = (steps = 0) =>
    new TOTP({ secret: Secret.fromBase32(factor) }).generate({
      timestamp: Date.now() + steps * stepMs,
    });
  /** The token that a page sends from now on. */
  const tokenOf = async (page: Page): Promise<string> => {
    const [asked] = await Promise.all([
      page.waitForRequest((request) => request.url().includes("/api/v1/account")),
      page.reload(),
    ]);
    return (await asked.headerValue("authorization")) ?? "";
  };
  const saveAccess = async (page: Page) => {
    await page.getByRole("button", { name: "Save the access" }).click();
    await page.getByText("Saved.", { exact: true }).waitFor();
  };
  const collectionsOf = async (page: Page): Promise<string[]> => {
    await page.goto(server.url);
    await page.getByRole("heading", { level: 1, name: /^Search/ }).waitFor();
    return page.locator(".home-card h3").allInnerTexts();
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-accounts-"));
    server = await startServer({ home });
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.lose();
    await rm(home, { recursive: true, force: true });
  });

  it("are turned on in the app, whose first owner is whoever did it", async () => {
    olga = await openPage();
    await olga.goto(`${server.url}/status`);
    await olga.getByRole("button", { name: "Turn accounts on…" }).click();
    await olga.getByRole("dialog", { name: "Turn accounts on?" }).waitFor();
    expect(await violationsOn(olga)).toEqual([]);
    await olga.getByRole("dialog").getByRole("button", { name: "Turn accounts on" }).click();
    await olga.waitForURL(/\/setup#token=/);
    await olga.getByLabel("Your name").fill("Olga Marin");
    expect(await violationsOn(olga)).toEqual([]);
    await olga.getByLabel("E-mail").fill("olga@example.org");
    await passwordOn(olga).fill(password);
    await olga.getByRole("button", { name: "Make the account" }).click();
    await olga.getByRole("button", { name: "Your account: Olga Marin" }).waitFor();
    expect(olga.url()).not.toContain("token");
  });

  it("are joined by a link, which works once", async () => {
    await olga.goto(`${server.url}/organization`);
    await olga.getByRole("button", { name: "Invite somebody" }).click();
    await olga.getByRole("dialog").getByLabel("E-mail").fill("mira@example.org");
    await olga.getByRole("button", { name: "Invite", exact: true }).click();
    const dialog = olga.getByRole("dialog", { name: "mira@example.org is invited" });
    invitation = await dialog.locator("code").innerText();
    expect(await violationsOn(olga)).toEqual([]);
    await dialog.getByRole("button", { name: "Done" }).click();
    await olga.getByRole("list", { name: "Invitations" }).getByText("mira@example.org").waitFor();

    mira = await openPage();
    await mira.goto(invitation);
    await mira.getByText("Olga Marin invites you as: member.").waitFor();
    expect(await violationsOn(mira)).toEqual([]);
    await mira.getByLabel("Your name").fill("Mira Okafor");
    await passwordOn(mira).fill(password);
    await mira.getByRole("button", { name: "Accept" }).click();
    await mira.getByRole("button", { name: "Your account: Mira Okafor" }).click();
    await mira.getByRole("menuitem", { name: "Account" }).waitFor();
    expect(await mira.getByRole("menuitem", { name: "Organization" }).count()).toBe(0);
  });

  it("ask for a code once a second factor is set up, then open the page that was wanted", async () => {
    await mira.goto(`${server.url}/account/security`);
    await mira.getByRole("button", { name: "Set it up" }).click();
    await passwordOn(mira, "Your password").fill(password);
    await mira.getByRole("button", { name: "Set up", exact: true }).click();
    factor = (await mira.locator(".totp code").innerText()).replaceAll(/\s/g, "");
    expect(await violationsOn(mira)).toEqual([]);
    await mira.getByLabel("Code").fill(code());
    await mira.getByRole("button", { name: "Confirm" }).click();
    await mira.getByRole("button", { name: "Copy all" }).waitFor();
    expect(await mira.locator(".recovery-codes li").count()).toBe(10);
    expect(await violationsOn(mira)).toEqual([]);
    await mira.getByRole("button", { name: "I have kept them" }).click();
    await mira.getByText("It is on, with 10 recovery codes left.").waitFor();

    await mira.getByRole("button", { name: /Your account/ }).click();
    await mira.getByRole("menuitem", { name: "Sign out" }).click();
    await mira.getByRole("heading", { name: "Sign in" }).waitFor();
    await mira.goto(`${server.url}/account/sessions`);
    await mira.waitForURL(/\/sign-in\?to=/);
    expect(await violationsOn(mira)).toEqual([]);
    await signIn(mira, "mira@example.org");
    await mira.getByRole("heading", { name: "Second factor" }).waitFor();
    expect(await violationsOn(mira)).toEqual([]);
    // Each code works once: the one of the next half minute, which clocks may differ by.
    await mira.getByLabel("Code").fill(code(1));
    await mira.getByRole("button", { name: "Sign in", exact: true }).click();
    await mira.getByRole("list", { name: "Sessions" }).getByText("This one").waitFor();
    expect(mira.url()).toContain("/account/sessions");
  });

  it("keep an import for its maker until it is shared, with a person, a team or everybody", async () => {
    await mira.goto(server.url);
    await mira.locator("input[type=file]").first().setInputFiles(support);
    await mira.waitForURL(/\/uploads/);
    await mira.getByText(/Done: \d+ new entries/).waitFor({ timeout: 60_000 });
    collection = /\/c\/(col_\w+)/.exec(mira.url())?.[1] ?? "";
    expect(await collectionsOf(olga)).toEqual([]);

    await olga.goto(`${server.url}/organization/teams`);
    await olga.getByRole("button", { name: "New team" }).click();
    await olga.getByRole("dialog").getByLabel("Name").fill("Bakers");
    await olga.getByRole("dialog").getByLabel("Members").click();
    await olga.getByRole("option", { name: "Olga Marin" }).click();
    expect(await violationsOn(olga)).toEqual([]);
    await olga.getByText("New team", { exact: true }).last().click();
    await olga.getByRole("button", { name: "Make the team" }).click();
    await olga.getByRole("list", { name: "Teams" }).getByText("Olga Marin").waitFor();

    await mira.goto(`${server.url}/c/${collection}/settings`);
    const named = mira.getByRole("list", { name: "Named people and teams" });
    for (const name of ["Olga Marin", "Bakers"]) {
      await mira.getByLabel("Add a person or a team").click();
      await mira.getByRole("option", { name }).click();
      await named.getByText(name).waitFor();
      await saveAccess(mira);
      expect(await collectionsOf(olga)).toEqual(["support"]);
      await named.getByRole("button", { name: `Remove ${name}` }).click();
      await saveAccess(mira);
      expect(await collectionsOf(olga)).toEqual([]);
    }
    await mira.getByLabel("May read", { exact: true }).check();
    await saveAccess(mira);
    expect(await collectionsOf(olga)).toEqual(["support"]);
    expect(await violationsOn(mira)).toEqual([]);
  });

  it("offer a reader nothing that only editors may do", async () => {
    // An owner looks after what is open to everybody: somebody who may only read is asked to join.
    await olga.goto(`${server.url}/organization`);
    await olga.getByRole("button", { name: "Invite somebody" }).click();
    await olga.getByRole("dialog").getByLabel("E-mail").fill("viki@example.org");
    await olga.getByRole("dialog").getByLabel("Role").first().click();
    await olga.getByRole("option", { name: /^Viewer/ }).click();
    await olga.getByRole("button", { name: "Invite", exact: true }).click();
    const link = await olga.getByRole("dialog").locator("code").innerText();
    await olga.getByRole("button", { name: "Done" }).click();
    const viki = await openPage({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await viki.goto(link);
    await viki.getByLabel("Your name").fill("Viki Lund");
    await passwordOn(viki).fill(password);
    await viki.getByRole("button", { name: "Accept" }).click();
    await viki.getByRole("link", { name: /support/ }).click();
    await viki.getByRole("link", { name: "Uploads" }).click();
    await viki.getByRole("button", { name: "More for support.jsonl" }).click();
    await viki.getByRole("menuitem", { name: "Download the original file" }).waitFor();
    expect(await viki.getByRole("menuitem", { name: "Delete…" }).count()).toBe(0);
    expect(await viki.locator("input[type=file]").count()).toBe(0);
    expect(await viki.getByRole("link", { name: "Settings" }).count()).toBe(0);
    expect(await violationsOn(viki)).toEqual([]);
    // The original comes by a ticket, since the browser sends no token with what it downloads.
    const [download] = await Promise.all([
      viki.waitForEvent("download"),
      viki.getByRole("menuitem", { name: "Download the original file" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("support.jsonl");
    expect(await readFile(await download.path())).toEqual(await readFile(support));
    await viki.context().close();
  });

  it("close a collection at once to those whom it is not shared with any more", async () => {
    await olga.goto(`${server.url}/c/${collection}`);
    await olga.getByRole("heading", { level: 1, name: "support" }).waitFor();
    await mira.getByLabel(/May not open it/).check();
    await saveAccess(mira);
    await olga.reload();
    await olga.getByText("There is no such collection.").waitFor();
    await olga.getByText("It may have been deleted, or is not shared with you.").waitFor();
  });

  it("let a program in by a key, as far as the key may", async () => {
    await mira.goto(`${server.url}/account/keys`);
    await mira.getByRole("button", { name: "New key" }).click();
    await mira.getByRole("dialog").getByLabel("Name").fill("Notebook");
    expect(await violationsOn(mira)).toEqual([]);
    await mira.getByRole("button", { name: "Make the key" }).click();
    key = await mira.getByRole("dialog", { name: "Your API key" }).locator("code").innerText();
    await mira.getByRole("button", { name: "Done" }).click();
    const askWithKey = (path: string, body: unknown) =>
      fetch(`${server.url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const found = await askWithKey("/api/v1/search", { query: "bread delivery" });
    expect(await found.text()).toContain("20817");
    expect((await askWithKey("/v1/embeddings", { model: "x", input: "x" })).status).toBe(403);
    expect((await askWithKey("/api/v1/collections", { name: "not by this key" })).status).toBe(403);
  });

  it("renew the token once for two tabs, and sign out of both at once", async () => {
    const context = olga.context();
    const second = await context.newPage();
    for (const tab of [olga, second]) {
      await tab.goto(`${server.url}/account`);
      await tab.getByRole("heading", { name: "Profile" }).waitFor();
    }
    const over = [await tokenOf(olga), await tokenOf(second)];
    // A token that is given in the same second is the same one.
    await olga.waitForTimeout(1_100);
    const renewals: string[] = [];
    context.on("request", (request) => {
      if (request.url().endsWith("/auth/refresh")) renewals.push(request.url());
    });
    // As a server answers whose tokens of before are over.
    await context.route("**/api/v1/{account,alerts,members,organization}**", async (route) => {
      const sent = await route.request().headerValue("authorization");
      if (over.includes(sent ?? "")) await route.fulfill({ status: 401, body: "{}" });
      else await route.continue();
    });
    // Both ask for something else at the same moment.
    const askOfBoth = (tab: Page) => tab.getByRole("link", { name: "Sessions" }).click();
    await Promise.all([olga, second].map(askOfBoth));
    for (const tab of [olga, second]) await tab.getByText("This one").waitFor();
    expect(renewals).toHaveLength(1);
    await context.unrouteAll({ behavior: "wait" });
    await second.getByRole("button", { name: /Your account/ }).click();
    await second.getByRole("menuitem", { name: "Sign out" }).click();
    await olga.getByRole("heading", { name: "Sign in" }).waitFor({ timeout: 3_000 });
    await second.close();
    await signIn(olga, "olga@example.org");
    await olga.getByRole("button", { name: /Your account/ }).waitFor();
  });

  it("have pages on which axe finds nothing, on a narrow screen in the dark too", async () => {
    const look = { viewport: { width: 390, height: 844 }, colorScheme: "dark" };
    const [narrow, out] = [await openPage(look), await openPage(look)];
    const bad = `#token=${"a".repeat(43)}`;
    const withToken = ["reset", "verify", "invitation", "unsubscribe", "shared"];
    for (const path of ["forgot", "register", ...withToken.map((name) => name + bad)]) {
      await out.goto(`${server.url}/${path}`);
      await out.getByRole("heading", { level: 1 }).waitFor();
      expect(await violationsOn(out), path).toEqual([]);
    }
    await out.goto(`${server.url}/setup${bad}`);
    await out.getByRole("heading", { name: "This server has an owner" }).waitFor();
    await out.goto(invitation);
    await out.getByText(/This link was used before/).waitFor();

    await narrow.goto(`${server.url}/organization`);
    await signIn(narrow, "olga@example.org");
    for (const [path, heading] of [
      ["organization", "Members"],
      ["organization/teams", "Teams"],
      ["organization/keys", "API keys"],
      ["organization/audit", "Audit log"],
      ["organization/searches", "Searches"],
      ["organization/settings", "Settings"],
      ["organization/all", "All organizations"],
      ["organization/sign-in", "Sign-in providers"],
      ["server", "Settings"],
      ["server/model", "Models"],
      ["server/storage", "Storage"],
      ["account", "Profile"],
      ["account/security", "Second factor"],
      ["account/sessions", "Sessions"],
      ["account/keys", "API keys"],
    ] as const) {
      await narrow.waitForURL((url) => url.pathname !== "/sign-in");
      await narrow.goto(`${server.url}/${path}`);
      await narrow.getByRole("heading", { name: heading }).first().waitFor();
      expect(await violationsOn(narrow), path).toEqual([]);
      const width = await narrow.locator("html").evaluate((html) => html.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(390);
    }
    await narrow.goto(`${server.url}/organization/audit`);
    await narrow.getByText("member.join").first().waitFor();
    await narrow.getByRole("button", { name: "Check the log" }).click();
    await narrow.getByText(/Nothing was changed or removed in \d+ entries/).waitFor();
  });

  it("put a suspended member out within five seconds: the open page, a stream, the key", async () => {
    await mira.goto(`${server.url}/c/${collection}/uploads`);
    await mira
      .locator("input[type=file]")
      .first()
      .setInputFiles({ name: "long.jsonl", mimeType: "text/plain", buffer: longExport() });
    const [asked] = await Promise.all([
      mira.waitForRequest((request) => /\/uploads\/upl_\w+\/events/.test(request.url())),
      mira.getByText("long.jsonl").first().waitFor(),
    ]);
    const token = await tokenOf(mira);
    const [path = ""] = asked.url().split("?");
    const stream = await fetch(path, { headers: { authorization: token } });
    expect(stream.status).toBe(200);
    let ended = Number.POSITIVE_INFINITY;
    const reading = stream
      .text()
      .catch(() => "")
      .finally(() => {
        ended = performance.now();
      });
    // A page that asks for nothing by itself.
    await mira.goto(`${server.url}/words`);

    await olga.goto(`${server.url}/organization`);
    await olga.getByRole("button", { name: "More for Mira Okafor" }).click();
    await olga.getByRole("menuitem", { name: "Suspend…" }).click();
    const since = performance.now();
    await olga.getByRole("dialog").getByRole("button", { name: "Suspend" }).click();
    await mira.getByRole("heading", { name: "Sign in" }).waitFor({ timeout: 5_000 });
    const pageAfter = performance.now() - since;
    const text = await reading;
    process.stdout.write(
      `out after ${Math.round(pageAfter)} ms (page), ${Math.round(ended - since)} ms (stream)\n`,
    );
    expect(ended - since).toBeLessThan(5_000);
    // It was cut off, and not because the import was done.
    expect(text).not.toContain('"state":"done"');
    const byKey = await fetch(`${server.url}/api/v1/collections`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(byKey.status).toBe(401);
    await signIn(mira, "mira@example.org");
    await mira.getByRole("alert").waitFor();
    expect(await violationsOn(mira)).toEqual([]);
  });

  it("have written no errors to the console", async () => {
    expect(await errors.found()).toEqual([]);
  });
});
