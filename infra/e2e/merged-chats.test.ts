// WhatsApp chats of two phones in a real browser: suggested, looked at, merged into one, found once, and undone.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Collection } from "#services/contract/collections.ts";
import type { conversationList } from "#services/contract/conversations.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();

const chats = {
  "WhatsApp Chat - Ben.txt": `[07.03.26, 21:22:39] Anna: Shall we row to the island on sunday?
[07.03.26, 21:23:05] Ben: Gladly, when the wind has dropped
[07.03.26, 21:24:00] Anna: Only my phone has this line of mine
[07.03.26, 21:26:59] Ben: I bring the varnished oars this time
`,
  "WhatsApp Chat with Mum.txt": `3/7/26, 8:22 PM - Mum: Shall we row to the island on sunday?
3/7/26, 8:23 PM - Benny: Gladly, when the wind has dropped
3/7/26, 8:27 PM - Benny: I bring the varnished oars this time
3/7/26, 8:40 PM - Mum: Only the other phone has this one
`,
};

describe.skipIf(missing !== undefined)("two phones' exports of one chat in a browser", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let api: string;
  let collection: string;

  const list = async () =>
    (
      await callJson<z.infer<typeof conversationList>>(
        `${api}/collections/${collection}/conversations`,
      )
    ).conversations;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-merged-"));
    server = await startServer({ home });
    browser = await openChromium();
    page = await browser.newPage();
    api = `${server.url}/api/v1`;
    const made = await callJson<Collection>(`${api}/collections`, { body: { name: "Family" } });
    collection = made.id;
    for (const [name, text] of Object.entries(chats)) {
      const at = `${api}/collections/${collection}/uploads?filename=${encodeURIComponent(name)}`;
      const sent = await callJson<Upload>(at, { method: "PUT", raw: Buffer.from(text) });
      for (let state = ""; state !== "done"; ) {
        ({ state } = await callJson<Upload>(`${api}/uploads/${sent.id}`));
        if (state === "failed") throw new Error("The import failed.");
        await new Promise((later) => setTimeout(later, 200));
      }
    }
    const ben = (await list()).find(({ title }) => title === "Ben");
    await page.goto(`${server.url}/conversation/${ben?.id}`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("are suggested, compared and merged", async () => {
    await page
      .getByRole("button", { name: "Merge with another conversation that is the same chat" })
      .click();
    await page.getByRole("button", { name: /Mum.*3 of 4 longer messages found there/ }).click();
    const dialog = page.getByRole("dialog", { name: "Merge these conversations?" });
    await dialog.getByText("3 messages the same, 1 only here").waitFor();
    expect(await dialog.textContent()).toContain("Its clock is moved by +1 h");
    expect(await dialog.textContent()).toContain("“Mum” is “Anna”.");
    await dialog.getByRole("button", { name: "Merge", exact: true }).click();
    await page.getByText(/Merged from “Ben” .* and “Mum”/).waitFor();
    await page.getByText("Only the other phone has this one").waitFor();
    expect(await page.getByText("I bring the varnished oars this time").count()).toBe(1);
    expect(await list()).toMatchObject([{ title: "Ben", messages: 5 }]);
  });

  it("are two again once that is undone", async () => {
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Undo the merge" }).click();
    await expect.poll(async () => (await list()).length, { timeout: 60_000 }).toBe(2);
    await page.getByText(/Merged from/).waitFor({ state: "detached" });
    await page.getByText("Only my phone has this line of mine").waitFor();
    expect(await page.getByText("Only the other phone has this one").count()).toBe(0);
  });
});
