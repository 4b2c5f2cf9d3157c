// Files of messages in a real browser: a picture is shown, a recording is played, and what only pretends to be a picture is not.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Collection } from "#services/contract/collections.ts";
import type { conversationList } from "#services/contract/conversations.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { aPdf, aPicture, aRecording } from "#services/parse/documents/documents.builders.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const missing = chromiumIsMissing();

const chat = `[07.03.26, 21:22:39] Anna: Look at the sky over the harbour
\u200e[07.03.26, 21:22:40] Anna: \u200e<attached: 00000001-PHOTO.png>
\u200e[07.03.26, 21:22:41] Ben: \u200e<attached: 00000002-AUDIO.wav>
\u200e[07.03.26, 21:22:42] Ben: \u200e<attached: 00000003-offer.pdf>
\u200e[07.03.26, 21:22:43] Ben: \u200e<attached: 00000004-drawing.png>
\u200e[07.03.26, 21:22:44] Anna: \u200e<attached: 00000005-gone.mp4>
`;
const offer = aPdf("The walnut table costs ninety euros");
const files = {
  "_chat.txt": Buffer.from(chat),
  "00000001-PHOTO.png": aPicture(640, 400),
  "00000002-AUDIO.wav": aRecording(2),
  "00000003-offer.pdf": offer,
  "00000004-drawing.png": Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1"><script>window.ran=1</script></svg>',
  ),
};

describe.skipIf(missing !== undefined)("files of messages in a browser", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let id: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-files-"));
    server = await startServer({ home });
    browser = await openChromium();
    page = await browser.newPage();
    const api = `${server.url}/api/v1`;
    ({ id } = await callJson<Collection>(`${api}/collections`, { body: { name: "Family" } }));
    const sent = await callJson<Upload>(`${api}/collections/${id}/uploads?filename=chat.zip`, {
      method: "PUT",
      raw: Buffer.from(zipSync(files)),
    });
    for (let state = ""; state !== "done"; ) {
      ({ state } = await callJson<Upload>(`${api}/uploads/${sent.id}`));
      if (state === "failed") throw new Error("The import failed.");
      await new Promise((later) => setTimeout(later, 200));
    }
    const { conversations } = await callJson<z.infer<typeof conversationList>>(
      `${api}/collections/${id}/conversations`,
    );
    await page.goto(`${server.url}/conversation/${conversations[0]?.id}`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("show a picture in a box that has its size before, and in full size where it is pressed", async () => {
    const picture = page.getByRole("img", { name: "00000001-PHOTO.png" });
    await picture.waitFor();
    await expect
      .poll(() =>
        picture.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth),
      )
      .toBe(640);
    expect((await picture.locator("..").boundingBox())?.height).toBeCloseTo(220, 0);
    await page.getByRole("button", { name: "Show 00000001-PHOTO.png in full size" }).click();
    await page.getByRole("dialog").getByRole("img", { name: "00000001-PHOTO.png" }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("play a recording that is asked for", async () => {
    expect(await page.locator("audio").count()).toBe(0);
    await page.getByRole("button", { name: "Play 00000002-AUDIO.wav" }).click();
    const length = () =>
      page
        .locator("audio")
        .evaluate((one) => Math.round((one as unknown as { duration: number }).duration));
    await expect.poll(length).toBe(2);
  });

  it("show the first page of a document where somebody asks for it", async () => {
    await page.getByRole("button", { name: "Show the first page of 00000003-offer.pdf" }).click();
    const first = page.getByRole("img", { name: "First page of 00000003-offer.pdf" });
    await first.waitFor();
    const width = () =>
      first.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth);
    await expect.poll(width).toBe(720);
  });

  it("never show as a picture what is none, and run nothing of it", async () => {
    await page.getByText("00000004-drawing.png").first().waitFor();
    expect(await page.getByRole("img", { name: "00000004-drawing.png" }).count()).toBe(0);
    expect(await page.evaluate("window.ran")).toBeUndefined();
  });

  it("come as a download, byte for byte", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download 00000003-offer.pdf" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("00000003-offer.pdf");
    const bytes = await readFile(await download.path());
    expect(bytes.equals(offer)).toBe(true);
  });

  it("are told in the report of the import", async () => {
    await page.goto(`${server.url}/c/${id}/uploads`);
    await page.getByText("4 files kept, 1 file not in the export").waitFor();
  });
});
