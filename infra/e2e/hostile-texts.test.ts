// Five hundred texts that would run as a script if they were taken for markup, shown on the pages of a real browser: none runs.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();

const run = "window.ran=1";
const bases = [
  `<script>${run}</script>`,
  `<img src=x onerror="${run}">`,
  `<svg onload="${run}">`,
  `<svg><script>${run}</script></svg>`,
  `<body onload="${run}">`,
  `<iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `<iframe src="javascript:parent.ran=1"></iframe>`,
  `<a href="javascript:${run}">click</a>`,
  `<details open ontoggle="${run}">x</details>`,
  `<input autofocus onfocus="${run}">`,
  `<video><source onerror="${run}"></video>`,
  `<math><mi xlink:href="javascript:${run}">x</mi></math>`,
  `<object data="javascript:${run}"></object>`,
  `<style>@import 'javascript:${run}';</style>`,
  `<link rel=stylesheet href="javascript:${run}">`,
  `<meta http-equiv=refresh content="0;url=javascript:${run}">`,
  `<form action="javascript:${run}"><button>go</button></form>`,
  `<template><img src=x onerror="${run}"></template>`,
  `[link](javascript:${run})`,
  `![image](x" onerror="${run})`,
  `<javascript:${run}>`,
  `[x]: javascript:${run}`,
  `{{constructor.constructor('${run}')()}}`,
  `\${${run}}`,
  `"><img src=x onerror=${run}>`,
];
const shapes: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase().replace("WINDOW.RAN", "window.ran"),
  (text) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (text) => text.replaceAll("<", "\\u003c"),
  (text) => `</textarea></script>${text}`,
  (text) => `'"--></style>${text}`,
  (text) => `\`\`\`html\n${text}\n\`\`\``,
  (text) => `> ${text}`,
  (text) => `| a | ${text} |\n|---|---|`,
  (text) => `# ${text}`,
  (text) => text.replaceAll("javascript:", "java\tscript:"),
  (text) => text.replaceAll("javascript:", "&#106;avascript:"),
  (text) => text.replaceAll("=", "\u0000="),
  (text) => text.replaceAll(" ", "/"),
  (text) => text.replaceAll(" ", "\n"),
  (text) => `<${text}`,
  (text) => `<!--${text}-->${text}`,
  (text) => `<![CDATA[${text}]]>`,
  (text) => `\u202e${text}`,
  (text) => `${text}${text}`,
];
const payloads = bases.flatMap((base) => shapes.map((shape) => shape(base)));

const chats = (): string =>
  Array.from({ length: 20 }, (_, chat) => {
    const own = payloads.slice(chat * 25, chat * 25 + 25);
    return JSON.stringify({
      title: own[0],
      messages: own.map((content, at) => ({
        role: at % 2 === 0 ? "user" : "assistant",
        name: own[(at + 7) % own.length]?.slice(0, 60),
        content: `hostile ${content}`,
      })),
    });
  }).join("\n");

describe.skipIf(missing !== undefined)("hostile texts in a browser", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let id: string;
  const dialogs: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-hostile-"));
    server = await startServer({ home });
    browser = await openChromium();
    page = await browser.newPage();
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url) && !/^(?:data|blob):/u.test(request.url()))
        requests.push(request.url());
    });
    const api = `${server.url}/api/v1`;
    const made = await callJson<Collection>(`${api}/collections`, {
      body: { name: payloads[1]?.slice(0, 100) },
    });
    id = made.id;
    const sent = await callJson<Upload>(
      `${api}/collections/${id}/uploads?filename=${encodeURIComponent(payloads[2] ?? "")}.jsonl`,
      { method: "PUT", raw: chats() },
    );
    for (let state = ""; state !== "done"; ) {
      ({ state } = await callJson<Upload>(`${api}/uploads/${sent.id}`));
      if (state === "failed") throw new Error("The import failed.");
      await new Promise((later) => setTimeout(later, 200));
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const nothingRan = async (where: string) => {
    const ran = await page.evaluate("window.ran");
    expect([where, ran, dialogs, requests]).toEqual([where, undefined, [], []]);
  };

  it("run nothing in lists, hits, names of files and of collections", async () => {
    expect(payloads).toHaveLength(500);
    for (const path of [
      "/",
      `/c/${id}`,
      `/c/${id}/uploads`,
      `/c/${id}/conversations`,
      `/c/${id}/settings`,
      "/jobs",
      "/status",
    ]) {
      await page.goto(`${server.url}${path}`);
      await page.waitForLoadState("networkidle");
      await nothingRan(path);
    }
    for (const query of ["hostile", "<script>", 'hostile "onerror"']) {
      await page.goto(`${server.url}/c/${id}/search?q=${encodeURIComponent(query)}`);
      await page.waitForLoadState("networkidle");
      await nothingRan(query);
    }
    // What is asked stands in the page too.
    for (const payload of bases) {
      await page.goto(`${server.url}/search?q=${encodeURIComponent(payload)}`);
      await nothingRan(payload);
    }
  });

  it("run nothing in conversations, where they are shown as text and as Markdown", async () => {
    const { conversations } = await callJson<{ conversations: { id: string }[] }>(
      `${server.url}/api/v1/collections/${id}/conversations?limit=50`,
    );
    expect(conversations).toHaveLength(20);
    for (const conversation of conversations) {
      await page.goto(`${server.url}/conversation/${conversation.id}?kinds=all`);
      await page.getByText("hostile").first().waitFor();
      await page.evaluate("window.scrollTo(0, document.body.scrollHeight)");
      await page.waitForLoadState("networkidle");
      // Nothing that a text brought became an element that could run or ask for something.
      const made = await page
        .locator("main")
        .locator(
          "script, iframe, object, embed, form[action], [onerror], [onload], a[href^='javascript' i]",
        )
        .count();
      expect(made).toBe(0);
      await nothingRan(conversation.id);
    }
  });
});
