// Cleaning in a real browser: rules are chosen, counted and applied; conversations, hits, people and the report show what they did.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();

const phone = "+49 170 1234567";
const address = "mira@bakery.example";
const token = `ghp_${"z9Y8x7".repeat(6)}`;
const chat = [
  `07/03/2026, 21:22 - ${phone}: Write to ${address} about the oven before noon`,
  `07/03/2026, 21:23 - +49 171 7654321: The token of the oven is ${token} for this week`,
  "07/03/2026, 21:24 - Mira: I shall bring the plum cake and two flasks of tea",
].join("\n");

const wide = { width: 1280, height: 900 };
const narrow = { width: 390, height: 844 };

describe.skipIf(missing !== undefined)("cleaning in a browser", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let id: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-cleaning-"));
    server = await startServer({ home });
    browser = await openChromium();
    page = await (await browser.newContext({ viewport: wide, reducedMotion: "reduce" })).newPage();
    const api = `${server.url}/api/v1`;
    ({ id } = await callJson<Collection>(`${api}/collections`, { body: { name: "Bakery" } }));
    const name = encodeURIComponent(`WhatsApp Chat with ${phone}.txt`);
    const sent = await callJson<Upload>(`${api}/collections/${id}/uploads?filename=${name}`, {
      method: "PUT",
      raw: chat,
    });
    // The stream ends with the upload's final state.
    await (await fetch(`${api}/uploads/${sent.id}/events`)).text();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const section = () => page.getByRole("region", { name: "Cleaning" });
  const openSettings = async () => {
    await page.goto(`${server.url}/c/${id}/settings`);
    await section()
      .getByRole("button", { name: /^Apply/u })
      .waitFor();
  };
  const choose = (kind: string, action: string) =>
    section().getByRole("radiogroup", { name: kind }).getByText(action, { exact: true }).click();
  /** Nothing is found by axe in this state, light on a wide screen and dark on a narrow one; and nothing is wider than the screen. */
  const expectSound = async () => {
    for (const [viewport, colorScheme] of [
      [narrow, "dark"],
      [wide, "light"],
    ] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      expect(await violationsOn(page)).toEqual([]);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width).toBeLessThanOrEqual(viewport.width);
    }
  };

  it("says what rules would do before they are applied, without doing it", async () => {
    await openSettings();
    await choose("E-mail addresses", "Mask");
    await choose("Telephone numbers", "Mask");
    await choose("Passwords, tokens and API keys", "Mark");
    await section().getByRole("button", { name: "Count" }).click();
    const said = section().getByRole("region", { name: "What these rules do" });
    await said.waitFor();
    expect(await said.getByRole("listitem").allTextContents()).toEqual([
      "Counted on all 3 messages.",
      "No message is left out of the index.",
      "1 e-mail address in 1 message masked.",
      "1 password or token in 1 message marked.",
      "2 names of authors hold a telephone number: masked there.",
    ]);
    await expectSound();
    await page.goto(`${server.url}/c/${id}/search?q=oven`);
    await page.getByText(address).first().waitFor();
  });

  it("applies them, says so, and lists where something was found", async () => {
    await openSettings();
    await choose("E-mail addresses", "Mask");
    await choose("Telephone numbers", "Mask");
    await choose("Passwords, tokens and API keys", "Mark");
    await section().getByRole("button", { name: "Apply", exact: true }).click();
    await section().getByText("1 e-mail address in 1 message masked").waitFor();
    await section().getByRole("button", { name: "Show the messages" }).click();
    const list = section().getByRole("list", { name: "Messages in which something was found" });
    await list.getByText("mi•••@•••.example").waitFor();
    expect(await list.getByRole("listitem").count()).toBe(2);
    expect(await list.textContent()).not.toContain(phone);
    await expectSound();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      section().getByRole("link", { name: "Download CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("Bakery cleaning.csv");
  });

  it("shows marks in the conversation, with what is marked highlighted and names that are two people", async () => {
    await section().getByRole("list").getByRole("link").first().click();
    await page.getByText("Write to «e-mail» about the oven before noon").waitFor();
    expect(await page.locator("mark", { hasText: token }).count()).toBe(1);
    const body = (await page.locator("main").textContent()) ?? "";
    expect(body).not.toContain("+49");
    expect(new Set(body.match(/«phone [a-z-]+»/gu)).size).toBe(2);
    await expectSound();
  });

  it("finds nothing that is masked, and highlights in hits what is marked", async () => {
    const highlighted = page.locator("mark", { hasText: token }).first();
    // What the rules have changed is indexed again in the background.
    await expect
      .poll(
        async () => {
          await page.goto(`${server.url}/c/${id}/search?q=oven`);
          await page.getByText("«e-mail»").first().waitFor({ timeout: 5000 });
          return highlighted.isVisible();
        },
        { timeout: 120_000 },
      )
      .toBe(true);
    const body = await page.locator("main").textContent();
    expect(body).not.toContain(address);
    expect(body).not.toContain("+49");
    await expectSound();
    await page.goto(`${server.url}/c/${id}/people`);
    await page
      .getByText(/«phone [a-z-]+»/u)
      .first()
      .waitFor();
    expect(await page.locator("main").textContent()).not.toContain("+49");
  });

  it("asks before messages are refused, and says what is deleted", async () => {
    await openSettings();
    await choose("Private keys", "Refuse");
    await section().getByRole("button", { name: "Apply", exact: true }).click();
    await page.getByRole("dialog", { name: "Refuse messages?" }).waitFor();
    await expectSound();
    await page.keyboard.press("Escape");
  });

  it("has a form while it loads, and a way out where that fails", async () => {
    const route = "**/api/v1/collections/*/cleaning";
    await page.route(route, () => {});
    await page.goto(`${server.url}/c/${id}/settings`);
    await section().locator("[aria-busy=true]").waitFor();
    await expectSound();
    await page.unroute(route);
    await page.route(route, (asked) => asked.fulfill({ status: 500, json: { title: "No" } }));
    await page.goto(`${server.url}/c/${id}/settings`);
    await section().getByRole("alert").waitFor();
    await expectSound();
    await page.unroute(route);
    await section().getByRole("button", { name: /again/iu }).click();
    await section()
      .getByRole("button", { name: /^Apply/u })
      .waitFor();
  });
});
