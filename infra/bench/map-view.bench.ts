// Times until the map page is painted, and frame rates while it moves, in Chromium with software rendering and a synthetic map.
// `npm run build:web` first. Frames are counted while the page gets a wheel or pointer event in each of them.
import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { chromiumIsMissing, openChromium } from "../e2e/chromium.ts";
import { serveMap } from "./map-fixture.ts";
import { machine, markdownTable, quantile } from "./measure.ts";

const dist = process.env["MAP_VIEW_DIST"] ?? join(import.meta.dirname, "..", "..", "web", "dist");
const window = { width: 1280, height: 800 };
const paintRuns = 5;
const moveMs = 5_000;

/** Runs in the page: two frames after an image was painted, it is on the screen. */
const watcher = `new PerformanceObserver((list, watch) => {
  if (list.getEntriesByName("map-painted").length === 0) return;
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("map-shown")));
}).observe({ type: "mark", buffered: true })`;

const openMap = async (page: Page, url: string) => {
  await page.addInitScript({ content: watcher });
  await page.goto(`${url}/c/col_bench/map`);
  await page.locator(".map-canvas[data-drawn]").waitFor({ timeout: 60_000 });
};

/** Milliseconds from navigation to the first frame with points, and until it is on the screen. */
const measurePaint = async (points: number): Promise<number[]> => {
  const fixture = await serveMap(points, dist);
  const browser = await openChromium();
  const times: number[] = [];
  // The first run also fills the server's answers.
  for (let run = 0; run <= paintRuns; run++) {
    const page = await (await browser.newContext({ viewport: window })).newPage();
    await openMap(page, fixture.url);
    // Polled seldom, because polling takes time from what is measured.
    let shown = Number.NaN;
    for (let asked = 0; asked < 40 && Number.isNaN(shown); asked++) {
      await page.waitForTimeout(300);
      shown = await page.evaluate<number>(
        "performance.getEntriesByName('map-shown')[0]?.startTime ?? NaN",
      );
    }
    if (run > 0) times.push(shown);
    await page.context().close();
  }
  await browser.close();
  fixture.close();
  return times;
};

/** Runs in the page: zooms in and out by wheel, or drags in circles, with one event in every frame. */
const mover = `(kind, ms) => new Promise((done) => {
  const stage = document.querySelector(".map-stage");
  const canvas = document.querySelector(".map-canvas");
  const box = stage.getBoundingClientRect();
  const [midX, midY] = [box.left + box.width / 2, box.top + box.height / 2];
  const pointer = (type, x, y) => stage.dispatchEvent(new PointerEvent(type, {
    clientX: x, clientY: y, pointerId: 1, pointerType: "touch", bubbles: true,
  }));
  // The pointer events are synthetic, so the browser cannot capture their pointer.
  stage.setPointerCapture = () => undefined;
  if (kind === "pan") pointer("pointerdown", midX, midY);
  const start = performance.now();
  let [frames, last, slowest] = [0, start, 0];
  let drawn = 0;
  const frame = () => {
    const now = performance.now();
    // In the first frames the map still measures how fast the machine is.
    if (frames > 10) slowest = Math.max(slowest, now - last);
    last = now;
    const seconds = (now - start) / 1000;
    drawn += Number(canvas.dataset.drawn);
    if (now - start > ms) {
      if (kind === "pan") pointer("pointerup", midX, midY);
      done({ frames: frames / seconds, slowest, drawn: drawn / (frames + 1) });
      return;
    }
    if (kind === "pan") {
      pointer("pointermove", midX + 220 * Math.sin(seconds * 2), midY + 160 * (1 - Math.cos(seconds * 2.6)));
    } else {
      stage.dispatchEvent(new WheelEvent("wheel", {
        deltaY: Math.sin(seconds * 2) * -42, clientX: midX, clientY: midY, cancelable: true,
      }));
    }
    frames++;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

interface Moved {
  readonly frames: number;
  readonly slowest: number;
  /** Mean share of the points drawn in a frame while the map moves. */
  readonly drawn: number;
}

const move = (page: Page, how: "pan" | "zoom"): Promise<Moved> =>
  page.evaluate<Moved>(`(${mover})("${how}", ${moveMs})`);

const measureMoves = async (points: number) => {
  const fixture = await serveMap(points, dist);
  const browser = await openChromium();
  const page = await browser.newPage({ viewport: window });
  await openMap(page, fixture.url);
  await page.waitForTimeout(1_500);
  const rows = [];
  for (const how of ["pan", "zoom"] as const) {
    const { frames, slowest, drawn } = await move(page, how);
    rows.push([
      points.toLocaleString("en"),
      how,
      frames.toFixed(1),
      Math.round(slowest),
      `${Math.round(drawn * 100)} %`,
    ]);
    await page.waitForTimeout(600);
  }
  await browser.close();
  fixture.close();
  return rows;
};

const missing =
  chromiumIsMissing() ??
  (existsSync(join(dist, "index.html")) ? undefined : "web/dist is not built: npm run build:web");
if (missing !== undefined) {
  process.stderr.write(`${missing}\n`);
  process.exitCode = 2;
} else {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  print(
    `### The map's page\n\n${machine()}, load ${loadavg()[0]?.toFixed(1)}; Chromium with SwiftShader, ${window.width} × ${window.height}.\n`,
  );
  const paints = [];
  for (const points of [20_000, 100_000, 250_000]) {
    const times = await measurePaint(points);
    paints.push([
      points.toLocaleString("en"),
      Math.round(quantile(times, 0.5)),
      Math.round(Math.max(...times)),
    ]);
  }
  print(markdownTable(["points", "first paint ms, median of five", "slowest"], paints));
  print("");
  const moves = [];
  for (const points of [100_000, 250_000]) moves.push(...(await measureMoves(points)));
  print(
    markdownTable(
      ["points", "moved by", "frames/s", "slowest frame ms", "points drawn while moving"],
      moves,
    ),
  );
  print(`\nLoad at the end ${loadavg()[0]?.toFixed(1)}.`);
}
