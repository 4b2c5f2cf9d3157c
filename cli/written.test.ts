// Tests that an output file is complete or absent, and that broken transfers and full disks are reported.
import { mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeOut } from "./written.ts";

let folder: string;
let server: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-out-"));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("a file that a command writes", () => {
  it("has its name when it is complete", async () => {
    await writeOut("all of it", join(folder, "a.txt"));
    expect(await readdir(folder)).toEqual(["a.txt"]);
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("all of it");
  });

  it("is absent when the server ends the transfer early", async () => {
    server = createServer((_, response) => {
      response.write("half of it");
      setTimeout(() => response.destroy(), 20);
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { body } = await fetch(`http://127.0.0.1:${port}`);
    const written = writeOut(
      Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
      join(folder, "a.txt"),
    );
    await expect(written).rejects.toMatchObject({ kind: "unavailable", code: "transfer-broken" });
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")(
    "is absent when the disk is full (/dev/full is Linux's)",
    async () => {
      await symlink("/dev/full", join(folder, "a.txt.part"));
      await expect(writeOut("all of it", join(folder, "a.txt"))).rejects.toMatchObject({
        code: "disk-full",
        message: expect.stringContaining("a.txt was not written"),
      });
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
