// Takes pictures of every page with the sample, wide, narrow and dark, into infra/bench/screens/, which results.md shows.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserContextOptions } from "@playwright/test";
import { readSample } from "../../cli/embedded/sample.ts";
import { openChromium } from "../e2e/chromium.ts";
import { type RunningServer, startServer } from "../e2e/running-server.ts";

const folder = join(import.meta.dirname, "screens");
const screens: Readonly<Record<string, BrowserContextOptions>> = {
  wide: { viewport: { width: 1280, height: 800 } },
  narrow: { viewport: { width: 390, height: 844 } },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
};

const read = async <T>(url: string, init?: RequestInit): Promise<T> => {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
};

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** The sample in a collection, analysed, with a concept. */
const prepare = async ({ url }: RunningServer) => {
  const api = `${url}/api/v1/collections`;
  const { id } = await read<{ id: string }>(api, json({ name: "Sample" }));
  for (const { name, bytes } of await readSample())
    await read(`${api}/${id}/uploads?filename=${encodeURIComponent(name)}`, {
      method: "PUT",
      body: bytes as Uint8Array<ArrayBuffer>,
    });
  for (;;) {
    const { state, stale } = await read<{ state: string; stale: boolean }>(`${api}/${id}/analysis`);
    if (state === "done" && !stale) break;
    if (state === "failed") throw new Error("The sample could not be analysed.");
    await pause(500);
  }
  const { topics } = await read<{ topics: { id: string; leaf: boolean }[] }>(`${api}/${id}/topics`);
  const concept = await read<{ id: string }>(
    `${api}/${id}/concepts`,
    json({ name: "Oven trouble", query: "the oven is too hot, resets or trips" }),
  );
  const { conversations } = await read<{ conversations: { id: string }[] }>(
    `${api}/${id}/conversations?sort=longest`,
  );
  return { id, topic: topics.find(({ leaf }) => leaf)?.id, concept, conversations };
};

const side = (source: string) => encodeURIComponent(JSON.stringify({ source: [source] }));

const addresses = ({ id, topic, concept, conversations }: Awaited<ReturnType<typeof prepare>>) => ({
  home: "/",
  overview: `/c/${id}`,
  search: `/c/${id}/search?q=why+did+the+oven+controller+reset`,
  topics: `/c/${id}/topics`,
  topic: `/c/${id}/topics/${topic}`,
  map: `/c/${id}/map`,
  trends: `/c/${id}/trends`,
  compare: `/c/${id}/compare?a=${side("slack")}&b=${side("irc")}`,
  concepts: `/c/${id}/concepts`,
  concept: `/c/${id}/concepts/${concept.id}`,
  alerts: "/alerts",
  status: "/status",
  conversations: `/c/${id}/conversations`,
  conversation: `/conversation/${conversations[0]?.id}`,
  uploads: `/c/${id}/uploads`,
  versions: `/c/${id}/versions`,
  settings: `/c/${id}/settings`,
});

const shoot = async (browser: Browser, url: string, pages: Readonly<Record<string, string>>) => {
  for (const [screen, options] of Object.entries(screens)) {
    const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
    for (const [name, path] of Object.entries(pages)) {
      const page = await context.newPage();
      await page.goto(url + path);
      await page.waitForLoadState("networkidle");
      await page.waitForTimeout(1500);
      const file = `${name}-${screen}.jpg`;
      await page.screenshot({ path: join(folder, file), type: "jpeg", quality: 60 });
      process.stdout.write(`${file}\n`);
      await page.close();
    }
    await context.close();
  }
};

const home = await mkdtemp(join(tmpdir(), "parlance-screens-"));
await mkdir(folder, { recursive: true });
const server = await startServer({ home });
const browser = await openChromium();
try {
  await shoot(browser, server.url, addresses(await prepare(server)));
} finally {
  await browser.close();
  await server.stop();
  await rm(home, { recursive: true, force: true });
}
