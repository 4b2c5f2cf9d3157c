// The map in a real browser: drawing, lasso, search, labels; by keyboard, from a URL, without WebGL, after a lost context.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { watchForErrors } from "./page-errors.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";
import { copySampleHome } from "./sample-home.ts";

const missing = chromiumIsMissing();
if (missing !== undefined)
  process.stdout.write(`browser tests of the map are skipped: ${missing}\n`);

interface Found {
  readonly collections: readonly { readonly id: string }[];
}

describe.skipIf(missing !== undefined)("the map", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let map: string;
  const errors = watchForErrors();

  const open = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
      ...options,
    });
    const opened = await context.newPage();
    errors.watch(opened);
    return opened;
  };
  const painted = (on: Page) => on.locator(".map-canvas[data-drawn]").waitFor({ timeout: 30_000 });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-map-"));
    await copySampleHome(home);
    server = await startServer({ home });
    const { collections } = await callJson<Found>(`${server.url}/api/v1/collections`);
    const id = collections[0]?.id ?? "";
    map = `${server.url}/c/${id}/map`;
    browser = await openChromium();
    page = await open();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  /** Draws a lasso around the middle of the map. */
  const lasso = async (on: Page) => {
    const box = await on.locator(".map-stage").boundingBox();
    if (!box) throw new Error("There is no map.");
    const at = ([x, y]: readonly [number, number]) =>
      [box.x + x * box.width, box.y + y * box.height] as const;
    const corners = [
      [0.12, 0.16],
      [0.86, 0.16],
      [0.86, 0.84],
      [0.32, 0.84],
      [0.12, 0.6],
    ] as const;
    await on.mouse.move(...at(corners[0]));
    await on.mouse.down();
    for (const corner of corners.slice(1)) await on.mouse.move(...at(corner), { steps: 5 });
    await on.mouse.up();
  };

  it("selects points by a lasso, lists their messages and opens one", async () => {
    await page.goto(map);
    await painted(page);
    await page.getByRole("button", { name: "Lasso" }).click();
    await lasso(page);
    const selection = page.getByRole("region", { name: "Selection" });
    await selection.getByRole("heading", { name: /messages? selected/ }).waitFor();
    expect(page.url()).toContain("area=");
    const message = selection.getByRole("listitem").getByRole("link").first();
    await message.waitFor();
    expect(await violationsOn(page)).toEqual([]);

    const author = await message.textContent();
    await message.click();
    await page.waitForURL(/\/conversation\/.*at=/);
    await page
      .getByText(author ?? "", { exact: false })
      .first()
      .waitFor();
    // Back on the map, the same points are still selected.
    await page.goBack();
    await painted(page);
    await selection.getByRole("heading", { name: /messages? selected/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("region", { name: "Topics" }).waitFor();
    expect(page.url()).not.toContain("area=");
  });

  it("saves a selection as a label, and selects the label", async () => {
    await page.goto(map);
    await painted(page);
    await page.keyboard.press("l");
    await lasso(page);
    const selection = page.getByRole("region", { name: "Selection" });
    await selection.getByRole("button", { name: "Save as label" }).click();
    await page.getByLabel("Name of the label").fill("Drawn by hand");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText(/Saved as “Drawn by hand”/).waitFor();
    await page.goto(map);
    await page.getByRole("button", { name: /^Drawn by hand/ }).click();
    await selection
      .getByText(/messages? selected/)
      .first()
      .waitFor();
    expect(page.url()).toContain("label=");
  });

  it("highlights the hits of a search, and shows the same from the URL alone", async () => {
    await page.goto(map);
    await painted(page);
    await page.keyboard.press("/");
    await page.keyboard.type("oven");
    await page.getByRole("heading", { name: /hits? on the map/ }).waitFor();
    await page.getByRole("combobox", { name: "Colour by" }).selectOption("time");
    await expect.poll(() => page.url()).toContain("by=time");
    const second = await open({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await second.goto(page.url());
    await painted(second);
    await second.getByRole("button", { name: /hits?$/ }).click();
    await second.getByRole("heading", { name: /hits? on the map/ }).waitFor();
    expect(await second.locator("html").evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    expect(await violationsOn(second)).toEqual([]);
    await second.context().close();
  });

  it("is available as a table, by keyboard alone", async () => {
    await page.goto(map);
    await painted(page);
    await page.keyboard.press("t");
    const table = page.getByRole("table", { name: "Topics of the map" });
    await table.waitFor();
    await table.getByRole("button").first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Selection" }).getByRole("listitem").first().waitFor();
    expect(page.url()).toContain("as=table");
    expect(await violationsOn(page)).toEqual([]);
  });

  it("shows the table and the reason where there is no WebGL", async () => {
    const bare = await open();
    await bare.addInitScript({
      content:
        "HTMLCanvasElement.prototype.getContext = ((get) => function (kind, ...rest) { return kind === 'webgl2' ? null : get.call(this, kind, ...rest); })(HTMLCanvasElement.prototype.getContext);",
    });
    await bare.goto(map);
    await bare.getByText(/The map cannot be drawn/).waitFor();
    await bare.getByRole("table", { name: "Topics of the map" }).waitFor();
    await bare.context().close();
  });

  it("draws again after the WebGL context was lost", async () => {
    await page.goto(map);
    await painted(page);
    // Only the canvas, without the elements over it.
    await page.addStyleTag({
      content:
        ".map-main > :not(.map-stage), .map-stage > :not(canvas) { visibility: hidden !important }",
    });
    const whole = await drawnBytes(page);
    const lost = await page.locator(".map-canvas").evaluate(
      (canvas) =>
        new Promise<boolean>((done) => {
          const gl = (canvas as unknown as { getContext(kind: string): Lossy | null }).getContext(
            "webgl2",
          );
          const loss = gl?.getExtension("WEBGL_lose_context");
          canvas.addEventListener("webglcontextrestored", () => done(true), { once: true });
          canvas.addEventListener(
            "webglcontextlost",
            () => setTimeout(() => loss?.restoreContext(), 50),
            { once: true },
          );
          loss?.loseContext();
        }),
    );
    expect(lost).toBe(true);
    await expect.poll(() => drawnBytes(page), { timeout: 10_000 }).toBeGreaterThan(whole * 0.9);
  });

  it("has written no errors to the console", async () => {
    expect(await errors.found()).toEqual([]);
  });
});

interface Lossy {
  getExtension(name: string): { loseContext(): void; restoreContext(): void } | null;
}

/** Bytes of a screenshot of the canvas: an empty canvas has a tenth of the bytes of a drawn one. */
const drawnBytes = async (page: Page): Promise<number> =>
  (await page.locator(".map-canvas").screenshot({ type: "jpeg", quality: 60 })).length;
