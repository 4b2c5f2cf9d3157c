// The form of English in a browser: what it prefers, then what is chosen, on the page and after a reload.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { watchForErrors } from "./page-errors.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`The form of English: skipped. ${missing}\n`);

describe.skipIf(missing !== undefined)("the form of English", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  const errors = watchForErrors(() => false);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-language-"));
    server = await startServer({ home });
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.lose();
    await rm(home, { recursive: true, force: true });
  });

  it("is that of the browser until another one is chosen, which changes every date", async () => {
    const { id } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name: "Harbour" },
    });
    const log = new TextEncoder().encode(
      "[2024-03-05 14:05] <Ada> Is the crane free?\n[2024-03-05 14:06] <Ben> From three on.\n",
    );
    await callJson(`${server.url}/api/v1/collections/${id}/uploads?filename=a.log`, {
      method: "PUT",
      raw: log,
    });
    const context = await browser.newContext({ locale: "en-US", timezoneId: "UTC" });
    context.on("page", errors.watch);
    const page = await context.newPage();
    const dayShown = async (): Promise<string> => {
      await page.goto(`${server.url}/c/${id}/conversations`);
      await page.getByRole("main").getByText("2024").first().waitFor();
      return page.getByRole("main").innerText();
    };
    await expect.poll(dayShown, { timeout: 60_000 }).toContain("Mar 5, 2024");
    await page.goto(`${server.url}/server`);
    await page.getByRole("combobox", { name: "Language and region" }).click();
    await page.getByRole("option", { name: "English, dates as 2026-11-30" }).click();
    await page.getByText("Monday, 2026-11-30 · 14:05 · 1,234,567").waitFor();
    expect(await dayShown()).toContain("2024-03-05");
    await page.goto(`${server.url}/server`);
    await page.getByRole("combobox", { name: "Language and region" }).click();
    await page.getByRole("option", { name: "English (United Kingdom)", exact: true }).click();
    await page.getByText("Monday, 30 November 2026 · 14:05 · 1,234,567").waitFor();
    expect(await dayShown()).toContain("5 Mar 2024");
  }, 180_000);

  it("has written no errors to the console", async () => {
    expect(await errors.found()).toEqual([]);
  });
});
