// A server that stops under an open app: every page says the same of it, and mends itself when the server is back.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountSections, appSections, sectionOf } from "#services/contract/app-addresses.ts";
import type { Collection } from "#services/contract/collections.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";
import { commonPages, readSampleCollection, type SampleCollection } from "./sample-collection.ts";
import { copySampleHome } from "./sample-home.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);

const banner = "The server does not answer.";
const panel = "This is loaded as soon as the server answers.";
/** What a browser, the bundler or a library says of a request that failed, and what no page should show. */
const raw = /preload|failed to fetch|networkerror|imported module|unexpected|undefined|\[object/iu;

describe.skipIf(missing !== undefined)("a server that stops under the open app", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let sample: SampleCollection;
  const port = () => new URL(server.url).port;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-stopped-"));
    await copySampleHome(home);
    server = await startServer({ home });
    sample = await readSampleCollection(server);
    browser = await openChromium();
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  /** At the same port, so that the open page finds it. */
  const startAgain = async () => {
    server = await startServer({ home, env: { PARLANCE_PORT: port() } });
  };

  /** The app at an address, freshly loaded, in a tab of its own, of a server that an earlier test may have left stopped. */
  const openTab = async (path: string) => {
    await page?.close();
    await fetch(`${server.url}/health`).catch(startAgain);
    page = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
    });
    await page.goto(`${server.url}${path}`);
    await page.locator("main h1").first().waitFor();
    await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" });
    // The palette is fetched after the first page.
    await page.waitForLoadState("networkidle");
  };
  /** As a link does, without hovering over one before. */
  const go = (path: string) => page.evaluate(`history.pushState({}, "", ${JSON.stringify(path)})`);

  const said = async () => (await page.locator("body").innerText()).replace(/\s+/gu, " ");
  const saysTheSame = async (where: string) => {
    await page.getByText(banner).first().waitFor();
    await page.getByText(panel).first().waitFor();
    const text = await said();
    expect(text.split(banner).length, `banners on ${where}`).toBe(2);
    expect(text.split(panel).length, `panels on ${where}`).toBe(2);
    expect(text, where).not.toMatch(raw);
  };

  it("is said in the same words on every page that is opened then, and the page mends itself", async () => {
    await openTab("/");
    await server.kill();
    const addresses = [
      ...sample.pagesOf(),
      `/conversation/${sample.conversations[0]}`,
      ...commonPages.filter((path) => path !== "/"),
    ];
    const sections = [...appSections].filter((section) => !accountSections.has(section));
    expect(new Set([...addresses, "/"].map(sectionOf))).toEqual(new Set(sections));
    for (const path of addresses) {
      await go(path);
      await saysTheSame(path);
    }
    await go("/jobs");
    await saysTheSame("/jobs");
    await startAgain();
    await page.getByRole("heading", { name: "Running and waiting" }).waitFor();
    expect(await said()).not.toContain(banner);
  });

  it("is said in the same words where only the answers are missing", async () => {
    // All code is fetched with the pages of an empty collection; of the sample, its head alone is known then.
    const empty = await callJson<Collection>(`${server.url}/api/v1/collections`, {
      body: { name: "Empty" },
    });
    const [visited, unvisited] = sample.conversations;
    await openTab("/");
    const settings = `/c/${sample.id}/settings`;
    for (const path of [...sample.pagesOf(empty.id), settings, `/conversation/${visited}`]) {
      await go(path);
      await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" });
      await page.waitForLoadState("networkidle");
    }
    await server.kill();
    const unknown = sample.pagesOf().filter((path) => path !== settings);
    for (const path of [...unknown, `/conversation/${unvisited}`]) {
      await go(path);
      await saysTheSame(path);
    }
    await startAgain();
    await page.getByText(banner).first().waitFor({ state: "detached" });
    await page.locator("main article").first().waitFor();
    expect(await said()).not.toContain(panel);
  });

  it("is said where a page is opened by a click and from the palette", async () => {
    await openTab(`/c/${sample.id}`);
    await page.getByRole("link", { name: "Topics", exact: true }).waitFor();
    await server.kill();
    for (const tab of ["Topics", "Map", "Trends", "Compare", "Concepts", "Versions", "Settings"]) {
      await page.getByRole("link", { name: tab, exact: true }).click();
      await saysTheSame(tab);
    }
    for (const place of ["Alerts", "Server status", "Jobs", "Words (glossary)"]) {
      await page.keyboard.press("Control+k");
      const field = page.getByRole("textbox", { name: "Search, or go to a page" });
      await field.fill(place.split(" ")[0] ?? place);
      await page.getByRole("button", { name: place, exact: true }).click();
      await field.waitFor({ state: "hidden" });
      await saysTheSame(place);
    }
    await startAgain();
    await page.getByRole("heading", { name: "Words", exact: true }).waitFor();
    expect(await said()).not.toContain(banner);
  });

  it("leaves a page that was loaded before as it is, and says what could not be done", async () => {
    await openTab(`/c/${sample.id}/settings`);
    await page.getByLabel("Description").fill("Invented talk");
    await server.kill();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(`The server did not answer. Try again when it answers.`).waitFor();
    await page.getByText(banner).first().waitFor();
    expect(await said()).not.toMatch(raw);
    expect(await page.getByLabel("Description").inputValue()).toBe("Invented talk");
    await startAgain();
    await page.getByText(banner).first().waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
  });
});
