// The web app in a real browser: import an export, watch its progress, search, open the conversation.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSample } from "../../cli/embedded/sample.ts";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { watchForErrors } from "./page-errors.ts";
import { type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)("the web app", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  const errors = watchForErrors();

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-web-"));
    server = await startServer({ home });
    browser = await openChromium();
    page = await (
      await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" })
    ).newPage();
    errors.watch(page);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("imports an export, finds a message and opens it", async () => {
    await page.goto(server.url);
    await page.getByRole("heading", { name: "Search and analyse your conversations" }).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    const sample = await readSample();
    // Files are taken before the page knows that there are no collections.
    await page.route("**/api/v1/collections", async (route) => {
      await new Promise((later) => setTimeout(later, 1_000));
      await route.continue();
    });
    await page.reload();
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles(
        sample.map(({ name, bytes }) => ({
          name,
          mimeType: "application/octet-stream",
          buffer: Buffer.from(bytes),
        })),
      );
    await page.waitForURL(/\/uploads/);
    await page.unrouteAll({ behavior: "wait" });
    // Every file is shown as done, with its number of new messages.
    await expect
      .poll(() => page.getByText(/Done: \d+ new (entry|entries), 0 known/).count(), {
        timeout: 90_000,
      })
      .toBe(sample.length);
    expect(await violationsOn(page)).toEqual([]);

    await page.getByRole("link", { name: "Search", exact: true }).first().click();
    await page.waitForURL(/search|\/c\/[^/]+\/?(\?|$)/);
    const field = page
      .getByRole("searchbox")
      .or(page.getByRole("textbox", { name: /search/i }))
      .first();
    await field.fill("why did the oven controller reset");
    const answer = page.getByText(/RTCWDT_BROWN_OUT/).first();
    await answer.waitFor({ timeout: 60_000 });
    expect(page.url()).toContain("oven");
    expect(await page.locator("mark").count()).toBeGreaterThan(0);
    expect(await violationsOn(page)).toEqual([]);

    await field.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/conversation\//);
    await page
      .getByText(/470 µF/)
      .first()
      .waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.goBack();
    await answer.waitFor();
  });

  it("shows an exchange as its question and answers, and an answer leads to its place", async () => {
    const before = page.url();
    await page.getByText("Exchanges", { exact: true }).click();
    await page.waitForURL(/unit=exchange/);
    const asked = new URL(page.url());
    asked.searchParams.set("q", "PID question: oven overshoots");
    await page.goto(asked.href);
    const card = page.locator("li.hit", { hasText: "PID question" }).first();
    await card.getByText("Exchange, 2 answers").waitFor();
    await card.getByText("Best answer").waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await card.getByRole("link", { name: "toolshed" }).last().click();
    await page.waitForURL(/\/conversation\//);
    await page.getByText("two lines and you understand it in a year").first().waitFor();
    await page.goBack();
    await page.waitForURL(/unit=exchange/);
    await page.getByText("Everything", { exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get("unit") === "all");
    await page.goto(before);
    await page
      .getByText(/RTCWDT_BROWN_OUT/)
      .first()
      .waitFor();
  });

  it("finds the same message from the URL alone, in the dark scheme and on a narrow screen", async () => {
    const address = page.url();
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      colorScheme: "dark",
    });
    const second = await context.newPage();
    await second.goto(address);
    await second
      .getByText(/RTCWDT_BROWN_OUT/)
      .first()
      .waitFor();
    // Nothing is wider than the screen.
    expect(await second.locator("html").evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    await context.close();
  });

  it("shows why a file that is not a chat log was not imported", async () => {
    await page.goto(server.url);
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({
        name: "diary.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("Dear diary, nothing here is a chat."),
      });
    // There is a collection now, so the app asks which collection to use.
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page
      .getByText(/is no chat log|not a chat log|no chat log/i)
      .first()
      .waitFor({ timeout: 60_000 });
  });

  it("shows what is in a file before it is imported, and imports it when it is told to", async () => {
    await page.goto(server.url);
    await page
      .getByRole("link", { name: /messages/ })
      .first()
      .click();
    await page.getByRole("link", { name: "Uploads" }).click();
    await page
      .getByRole("checkbox", { name: "Show what is in a file before it is imported" })
      .check();
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({
        name: "oven.jsonl",
        mimeType: "text/plain",
        buffer: Buffer.from('{"messages":[{"role":"user","content":"Is the oven on?"}]}\n'),
      });
    const card = page.getByRole("article", { name: "oven.jsonl" });
    await card.getByText("All of this is new to the collection.").waitFor({ timeout: 60_000 });
    expect(await violationsOn(page)).toEqual([]);
    await card.getByRole("button", { name: "Import oven.jsonl" }).press("Enter");
    await card.getByText("Done: 1 new entry, 0 known").waitFor({ timeout: 60_000 });
    // The browser remembers the choice.
    await page.reload();
    expect(await page.getByRole("checkbox", { name: /before it is imported/ }).isChecked()).toBe(
      true,
    );
  });

  it("has written no errors to the console", async () => {
    expect(await errors.found()).toEqual([]);
  });
});
