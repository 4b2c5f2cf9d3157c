// Looking at the app as somebody else in a real browser: allowed by an owner, begun with a reason, read-only, stopped, and told.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);

const password = "gravel otter lantern nine";
const support = join(import.meta.dirname, "..", "sample", "support.jsonl");
const narrow = { width: 390, height: 844 };
const wide = { width: 1280, height: 800 };

describe.skipIf(missing !== undefined)("looking as somebody else in the web app", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let owners: BrowserContext;
  let olga: Page;
  let mira: Page;
  let collection: string;

  const openContext = () => browser.newContext({ viewport: wide, reducedMotion: "reduce" });
  const passwordOn = (page: Page, label = "Password") => page.getByLabel(label, { exact: true });
  const banner = (page: Page) => page.getByRole("region", { name: "Read-only view" });
  const beginLook = async (page: Page) => {
    await page.goto(`${server.url}/organization`);
    await page.getByRole("button", { name: "More for Mira Okafor" }).click();
    await page.getByRole("menuitem", { name: "Look as Mira Okafor…" }).click();
    const dialog = page.getByRole("dialog", { name: "Look at Parlance as Mira Okafor?" });
    await dialog.getByLabel("Reason").fill("ticket 17: search finds nothing");
    await passwordOn(page, "Your password").fill(password);
    return dialog;
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-looking-"));
    server = await startServer({ home });
    browser = await openChromium();
    owners = await openContext();
    olga = await owners.newPage();
    const turnedOn = await fetch(`${server.url}/api/v1/accounts/on`, { method: "POST" });
    await olga.goto(((await turnedOn.json()) as { link: string }).link);
    await olga.getByLabel("Your name").fill("Olga Marin");
    await olga.getByLabel("E-mail").fill("olga@example.org");
    await passwordOn(olga).fill(password);
    await olga.getByRole("button", { name: "Make the account" }).click();
    await olga.getByRole("button", { name: "Your account: Olga Marin" }).waitFor();

    await olga.goto(`${server.url}/organization`);
    await olga.getByRole("button", { name: "Invite somebody" }).click();
    await olga.getByRole("dialog").getByLabel("E-mail").fill("mira@example.org");
    await olga.getByRole("button", { name: "Invite", exact: true }).click();
    const link = await olga.getByRole("dialog").locator("code").innerText();
    await olga.getByRole("button", { name: "Done" }).click();
    mira = await (await openContext()).newPage();
    await mira.goto(link);
    await mira.getByLabel("Your name").fill("Mira Okafor");
    await passwordOn(mira).fill(password);
    await mira.getByRole("button", { name: "Accept" }).click();
    await mira.getByRole("button", { name: "Your account: Mira Okafor" }).waitFor();
    await mira.locator("input[type=file]").first().setInputFiles(support);
    await mira.getByText(/Done: \d+ new entries/).waitFor({ timeout: 120_000 });
    collection = /\/c\/(col_\w+)/.exec(mira.url())?.[1] ?? "";
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await server?.lose();
    await rm(home, { recursive: true, force: true });
  });

  it("is allowed by an owner in the settings of the organization", async () => {
    await olga.goto(`${server.url}/organization`);
    await olga.getByRole("button", { name: "More for Mira Okafor" }).click();
    await olga.getByRole("menuitem", { name: "Suspend…" }).waitFor();
    expect(await olga.getByRole("menuitem", { name: /^Look as/ }).count()).toBe(0);
    await olga.goto(`${server.url}/organization/settings`);
    await olga.getByLabel("Owners and admins may look at Parlance as a member sees it").check();
    expect(await violationsOn(olga)).toEqual([]);
    await olga.getByRole("button", { name: "Save" }).click();
    await olga.getByText("Saved.").waitFor();
  });

  it("shows what is private to that person, read-only, under a banner on every page", async () => {
    const [refused] = await Promise.all([
      olga.waitForResponse((answer) => answer.url().endsWith(`/collections/${collection}`)),
      olga.goto(`${server.url}/c/${collection}`),
    ]);
    expect(refused.status()).toBe(404);
    const dialog = await beginLook(olga);
    expect(await violationsOn(olga)).toEqual([]);
    await dialog.getByRole("button", { name: "Look", exact: true }).click();
    await banner(olga).getByText("You see Parlance as Mira Okafor, read-only").waitFor();
    await olga
      .getByRole("link", { name: /support/ })
      .first()
      .click();
    await olga.waitForURL(new RegExp(`/c/${collection}`));
    expect(await olga.locator("input[type=file]").count()).toBe(0);
    expect(await olga.getByRole("link", { name: "Settings" }).count()).toBe(0);
    const tabs = olga.getByRole("navigation", { name: "Collection" });
    await tabs.getByRole("link", { name: "Conversations" }).click();
    await olga.waitForURL(/conversations/);
    for (const colorScheme of ["light", "dark"] as const)
      for (const viewport of [wide, narrow]) {
        await olga.setViewportSize(viewport);
        await olga.emulateMedia({ colorScheme });
        await banner(olga)
          .getByText(/min left/)
          .waitFor();
        expect(await violationsOn(olga)).toEqual([]);
        const width = await olga.locator("html").evaluate((html) => html.scrollWidth);
        expect(width).toBeLessThanOrEqual(viewport.width);
      }
    await olga.setViewportSize(wide);
    await tabs.getByRole("link", { name: "Uploads" }).click();
    await olga.getByRole("button", { name: "More for support.jsonl" }).click();
    await olga.getByRole("menuitem", { name: "Download the original file" }).click();
    await olga.getByText("You see Parlance as Mira Okafor, read-only.").waitFor();
  });

  it("is stopped by its button, and the person sees when it was and why", async () => {
    await banner(olga).getByRole("button", { name: "Stop" }).click();
    await olga.getByRole("list", { name: "Members" }).waitFor();
    expect(await banner(olga).count()).toBe(0);
    await mira.goto(`${server.url}/account/sessions`);
    const list = mira.getByRole("list", { name: "Looks as you" });
    await list.getByText("Olga Marin").waitFor();
    await list.getByText("“ticket 17: search finds nothing”").waitFor();
    expect(await violationsOn(mira)).toEqual([]);
    await olga.goto(`${server.url}/organization/audit`);
    await olga.getByText("look.end").first().waitFor();
    await olga.getByText("conversation.list").first().waitFor();
    expect(await olga.getByText("Olga Marin as Mira Okafor").count()).toBeGreaterThan(0);
  });

  it("ends within five seconds where the person is suspended", async () => {
    await (await beginLook(olga)).getByRole("button", { name: "Look", exact: true }).click();
    await banner(olga).getByText("read-only").waitFor();
    const other = await owners.newPage();
    await other.goto(`${server.url}/organization`);
    // The other tab sees its own pages.
    expect(await banner(other).count()).toBe(0);
    await other.getByRole("button", { name: "More for Mira Okafor" }).click();
    await other.getByRole("menuitem", { name: "Suspend…" }).click();
    const since = performance.now();
    await other.getByRole("dialog").getByRole("button", { name: "Suspend" }).click();
    await banner(olga).getByText("any more: it is over").waitFor({ timeout: 5_000 });
    process.stdout.write(`the look ended after ${Math.round(performance.now() - since)} ms\n`);
  });
});
