// A large file that is sent goes on where it stopped: in a page that was loaded anew, and in a command that is given again.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collection } from "#services/contract/collections.ts";
import { PART_BYTES } from "#services/contract/resumable.ts";
import { uploadList } from "#services/contract/uploads.ts";
import { program } from "../../cli/program.builders.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { type RunningServer, startServer } from "./running-server.ts";

const BYTES = 2 * PART_BYTES + 1_000_000;

let folder: string;
let server: RunningServer;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-resumed-"));
  path = join(folder, "large.txt");
  // No chat log, so that it is refused when it is read, and not worked on.
  await writeFile(path, Buffer.alloc(BYTES, "the quick brown fox jumps over the lazy dog. "));
  server = await startServer({ home: join(folder, "home") });
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const makeCollection = async (name: string): Promise<string> => {
  const made = await fetch(`${server.url}/api/v1/collections`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  return collection.parse(await made.json()).id;
};
const uploadsOf = async (id: string) =>
  uploadList.parse(await (await fetch(`${server.url}/api/v1/collections/${id}/uploads`)).json())
    .uploads;

const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);

it.skipIf(missing !== undefined)(
  "in a page that was loaded anew",
  async () => {
    const id = await makeCollection("Browser");
    const browser = await openChromium();
    try {
      const page = await browser.newPage();
      await page.goto(`${server.url}/c/${id}/uploads`);
      await page
        .getByRole("heading", { name: "Nothing was imported yet" })
        .or(page.getByText("choose files"))
        .first()
        .waitFor();
      const give = () => page.locator(".page input[type=file]").setInputFiles(path);
      let parts = 0;
      await page.route(/\/uploads\/resumable\/upl_/u, async (route) => {
        // The second part never gets through.
        if (route.request().method() === "PATCH" && ++parts > 1)
          await route.abort("connectionreset");
        else await route.continue();
      });
      await give();
      await expect.poll(() => parts, { timeout: 60_000 }).toBeGreaterThan(1);
      await page.getByText(/^Sending · 1[67]/).waitFor();
      expect((await uploadsOf(id)).map(({ state }) => state)).toEqual(["receiving"]);
      await page.unrouteAll({ behavior: "ignoreErrors" });
      await page.reload();
      const offsets: string[] = [];
      page.on("request", (request) => {
        if (request.method() === "PATCH") offsets.push(request.headers()["upload-offset"] ?? "");
      });
      await give();
      await expect
        .poll(async () => (await uploadsOf(id)).map(({ state }) => state), { timeout: 60_000 })
        .toEqual(["failed"]);
      expect(Number(offsets[0])).toBeGreaterThanOrEqual(PART_BYTES);
      expect(await page.evaluate(() => Object.keys(localStorage).join())).not.toContain("tus::");
      // It was read whole, and is nothing that is read here.
      await page.getByText("large.txt").first().waitFor();
    } finally {
      await browser.close();
    }
  },
  180_000,
);

describe("in a command that is given again", () => {
  let proxy: Server;
  let carried = 0;
  /** Bytes a millisecond. */
  let pace = 8_000;

  beforeAll(async () => {
    const port = Number(new URL(server.url).port);
    proxy = createServer((client) => {
      const behind = connect(port, "127.0.0.1");
      behind.pipe(client);
      client.on("data", (data) => {
        carried += data.length;
        behind.write(data);
        client.pause();
        setTimeout(() => client.resume(), data.length / pace);
      });
      client.on("close", () => behind.destroy()).on("error", () => behind.destroy());
      behind.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => proxy?.close());

  it("after it was killed", async () => {
    const id = await makeCollection("Command");
    const address = proxy.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const run = () =>
      spawn(process.execPath, [program, "import", path, "-c", "Command"], {
        env: {
          ...process.env,
          PARLANCE_URL: `http://127.0.0.1:${port}`,
          XDG_CONFIG_HOME: join(folder, "settings"),
          PARLANCE_HOME: join(folder, "none"),
        },
        stdio: ["ignore", "pipe", "inherit"],
      });
    const first = run();
    await expect.poll(() => carried, { timeout: 60_000 }).toBeGreaterThan(PART_BYTES + 2_000_000);
    first.kill("SIGKILL");
    pace = 1_000_000;
    const second = run();
    await new Promise((resolve) => second.once("exit", resolve));
    const uploads = await uploadsOf(id);
    expect(uploads.map(({ bytes, sha256 }) => [bytes, sha256.length])).toEqual([[BYTES, 64]]);
    // Little more than the file: what was on its way when the command was killed.
    expect(carried).toBeLessThan(BYTES + PART_BYTES / 2);
  }, 180_000);
});
