// axe finds nothing on any page, whatever state the page is in: light and dark, wide and narrow, full, empty, failed, with a
// dialog or a menu open, with the server stopped. All rules that axe runs by default, its best practices included.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { Alert, Concept } from "#services/contract/concepts.ts";
import type { JobList } from "#services/contract/job-list.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { violationsOn } from "./axe.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { goInside, type Requests, watchRequests } from "./inside.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";
import { commonPages, readSampleCollection, type SampleCollection } from "./sample-collection.ts";
import { copySampleHome } from "./sample-home.ts";

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);

/** Something done on an open page before axe looks at it. */
type Act = (page: Page) => Promise<void>;
interface State {
  readonly path: string;
  readonly act?: Act;
}

const press = (name: string | RegExp): Act => {
  return (page) => page.getByRole("button", { name }).first().click();
};
const keys = (...pressed: readonly string[]): Act => {
  return async (page) => {
    for (const key of pressed) await page.keyboard.press(key);
  };
};
const choose = (name: string): Act => {
  return (page) => page.getByText(name, { exact: true }).first().click();
};
const inTurn = (...acts: readonly Act[]): Act => {
  return async (page) => {
    for (const act of acts) await act(page);
  };
};
const seen = (text: string | RegExp): Act => {
  return (page) => page.getByText(text).first().waitFor();
};

const role = (name: "dialog" | "menu"): Act => {
  return (page) => page.getByRole(name).first().waitFor();
};

// What moves is painted sixty times a second, by the processor.
const reducedMotion = "reduce";
const light = {
  viewport: { width: 1280, height: 800 },
  colorScheme: "light",
  reducedMotion,
} as const;
const darkAndNarrow = {
  viewport: { width: 390, height: 844 },
  colorScheme: "dark",
  reducedMotion,
} as const;
type Look = typeof light | typeof darkAndNarrow;

/** A walk loads dozens of pages, each for seconds where the machine is busy. */
const PATIENCE_MS = 600_000;

describe.skipIf(missing !== undefined)("axe", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let sample: SampleCollection;
  let empty: Collection;
  const api = () => `${server.url}/api/v1`;

  const send = async (collection: string, name: string, text: string) => {
    const path = `${api()}/collections/${collection}/uploads?filename=${name}`;
    const { id } = await callJson<Upload>(path, { method: "PUT", raw: text });
    // The stream ends with the upload's final state.
    await (await fetch(`${api()}/uploads/${id}/events`)).text();
  };

  /** Messages that a concept raises alerts for. */
  const raiseAlerts = async () => {
    const concepts = `${api()}/collections/${sample.id}/concepts`;
    const { id } = await callJson<Concept>(concepts, {
      body: { name: "Ovens", query: "the oven controller resets" },
    });
    await callJson(`${concepts}/${id}`, {
      method: "PATCH",
      body: { watch: true, threshold: 0.02 },
    });
    const messages = ["The oven controller resets again.", "Check its power supply."];
    await send(
      sample.id,
      "oven.jsonl",
      JSON.stringify({
        messages: messages.map((content, at) => ({ role: at ? "assistant" : "user", content })),
      }),
    );
    for (;;) {
      if ((await callJson<{ alerts: Alert[] }>(`${api()}/alerts`)).alerts.length > 0) return;
      await new Promise((later) => setTimeout(later, 300));
    }
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-axe-"));
    await copySampleHome(home);
    server = await startServer({ home });
    sample = await readSampleCollection(server);
    empty = await callJson(`${api()}/collections`, { body: { name: "Empty" } });
    await raiseAlerts();
    await send(empty.id, "diary.txt", "Dear diary, nothing here is a chat.");
    browser = await openChromium();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const openPage = async (look: Look) => (await browser.newContext(look)).newPage();
  const settled = async (page: Page, requests: Requests) => {
    await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" });
    await requests.areOver();
  };

  const putOn = async (page: Page, { viewport, colorScheme }: Look) => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  };

  /** What axe finds in these states, by state and look. What is opened on a page is opened on one that was loaded anew. */
  const findIn = async (states: readonly State[], looks: readonly [Look, ...Look[]]) => {
    const page = await openPage(looks[0]);
    const requests = watchRequests(page);
    const found: Record<string, string[]> = {};
    for (const [nth, { path, act }] of states.entries()) {
      await page.setViewportSize(looks[0].viewport);
      if (nth === 0 || act !== undefined || states[nth - 1]?.act !== undefined)
        await page.goto(`${server.url}${path}`);
      else await goInside(page, path);
      await settled(page, requests);
      await act?.(page);
      for (const look of looks) {
        await putOn(page, look);
        const violations = await violationsOn(page);
        if (violations.length > 0) found[`${path} ${look.colorScheme}`] = violations;
      }
    }
    await page.context().close();
    return found;
  };

  const conversation = () => `/conversation/${sample.conversations[0]}`;
  const pages = () => [
    ...commonPages,
    "/server",
    "/server/model",
    "/search?q=oven",
    ...sample.pagesOf(),
    `/c/${sample.id}/search`,
    `/c/${sample.id}/search?q=zzyzx`,
    `/c/${sample.id}/search?q=from%3Aanna`,
    `/c/${sample.id}/topics?view=history`,
    `/c/${sample.id}/topics?view=quality`,
    `/c/${sample.id}/map?as=table`,
    `/c/${sample.id}/map?q=oven`,
    conversation(),
    ...sample.pagesOf(empty.id),
    "/nowhere",
    "/conversation/unknown",
    "/c/unknown",
    `/c/${sample.id}/topics/unknown`,
    `/c/${sample.id}/concepts/unknown`,
  ];

  it(
    "finds nothing on any page, light on a wide screen and dark on a narrow one",
    async () => {
      const states = pages().map((path) => ({ path }));
      expect(await findIn(states, [light, darkAndNarrow])).toEqual({});
    },
    PATIENCE_MS,
  );

  const opened = (): readonly State[] => {
    const here = `/c/${sample.id}`;
    const topic = sample.pagesOf().find((path) => path.includes("/topics/")) ?? "";
    const concept = sample.pagesOf().find((path) => path.includes("/concepts/")) ?? "";
    const file = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") };
    return [
      { path: "/?shortcuts", act: inTurn(keys("Shift+?"), seen("Previous and next match")) },
      { path: "/?palette", act: inTurn(keys("Control+k"), seen("Search all collections")) },
      { path: `${here}?palette`, act: inTurn(keys("Control+k", "o", "v"), seen("Go to")) },
      {
        path: "/?import",
        act: async (page) => {
          await page.locator("input[type=file]").first().setInputFiles(file);
          await page.getByRole("dialog").waitFor();
        },
      },
      { path: "/?collections", act: inTurn(press("Collections"), role("menu")) },
      { path: `${here}?report`, act: inTurn(press("Report"), role("menu")) },
      { path: `${here}/search?q=oven&why`, act: press("Why this hit?") },
      { path: `${here}/search?q=oven&version`, act: inTurn(press(/^Version/), role("menu")) },
      { path: `${topic}?view=figures` },
      { path: `${topic}?view=history` },
      { path: `${topic}?rename`, act: press("Rename this topic") },
      { path: `${here}/concepts?new=oven`, act: role("dialog") },
      { path: `${here}/people?q=nobody` },
      {
        path: `${here}/people?sort=name`,
        act: inTurn(press(/^What to do about/), choose("Rename…"), role("dialog")),
      },
      {
        path: `${concept}?edit`,
        act: inTurn(press("More actions"), choose("Edit…"), role("dialog")),
      },
      {
        path: `${here}/uploads?delete`,
        act: inTurn(press(/^More for/), choose("Delete…"), role("dialog")),
      },
      { path: `${here}/uploads?reports`, act: press("Show the report") },
      { path: `${here}/trends?table=%5B%22volume%22%5D` },
      {
        path: `${here}/trends?open=volume.0`,
        act: role("dialog"),
      },
      { path: `${here}/trends?method`, act: press("How is this computed?") },
      { path: `${here}/map?source=%5B%22slack%22%5D` },
      { path: `${here}/map?source=%5B%22slack%22%5D&as=table` },
      {
        path: `${here}/compare?preset`,
        act: (page) => page.locator(".compare-preset").first().click(),
      },
    ];
  };

  it(
    "finds nothing on pages that still load",
    async () => {
      const page = await openPage(light);
      // There is no page at all before it is known whether people sign in.
      await page.route(/\/api\/(?!v1\/auth\/state)|\/ready/u, () => {});
      await page.goto(`${server.url}/nowhere`);
      for (const path of [...commonPages, ...sample.pagesOf(), conversation()]) {
        await goInside(page, path);
        await page.locator("main h1").first().waitFor();
        expect(await violationsOn(page), path).toEqual([]);
      }
      await page.context().close();
    },
    PATIENCE_MS,
  );

  it("finds nothing on the jobs page while jobs run, wait and are given up", async () => {
    const jobs = await callJson<JobList>(`${api()}/jobs`);
    const now = Date.now();
    const job = { about: {}, collection: sample.id, askedAt: now - 60_000, attempts: 2 };
    const reading = { ...job, name: "upload.received", title: "Reading an upload" } as const;
    const list: JobList = {
      ...jobs,
      current: [
        {
          ...reading,
          id: "1",
          state: "running",
          dueAt: now,
          reason: null,
          progress: 0.4,
          cancellable: true,
        },
        {
          ...reading,
          id: "2",
          state: "waiting",
          dueAt: now + 90_000,
          reason: "It stopped.",
          progress: null,
          cancellable: true,
        },
      ],
      givenUp: [
        { ...reading, id: "3", reason: "The file cannot be read.", givenUpAt: now - 5_000 },
      ],
    };
    for (const look of [light, darkAndNarrow]) {
      const page = await openPage(look);
      // Real jobs are over before they are looked at.
      await page.route("**/api/v1/jobs", (route) => route.fulfill({ json: list }));
      await page.goto(`${server.url}/jobs`);
      await page.getByRole("button", { name: "Forget" }).waitFor();
      expect(await violationsOn(page)).toEqual([]);
      await page.context().close();
    }
  });

  it(
    "finds nothing where a dialog, a menu or a panel is open",
    async () => {
      expect(await findIn(opened(), [light])).toEqual({});
      expect(await findIn(opened().slice(0, 4), [darkAndNarrow])).toEqual({});
    },
    PATIENCE_MS,
  );

  it("finds nothing while the server is stopped", async () => {
    const page = await openPage(darkAndNarrow);
    const requests = watchRequests(page);
    await page.goto(`${server.url}/`);
    await settled(page, requests);
    await server.kill();
    for (const path of ["/alerts", `/c/${sample.id}/topics`, "/"]) {
      await page.evaluate(`history.pushState({}, "", "${path}")`);
      await page.getByText("The server does not answer.").first().waitFor();
      expect(await violationsOn(page)).toEqual([]);
    }
  });
});
