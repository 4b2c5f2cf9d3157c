// Files in zstd come back as they were written; older ones are read as they are.
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { isOfZlib, readZstdFile, writeZstdFile } from "./zstd-file.ts";

describe("a file in zstd", () => {
  it.each([
    ["nothing", []],
    ["one byte", [Uint8Array.of(7)]],
    ["pieces", [Buffer.from("words ".repeat(5000)), new Uint8Array(), Buffer.from("end")]],
  ])("gives back %s", async (_, parts) => {
    const path = join(await temporaryFolder(), "file");
    await writeZstdFile(path, parts);
    expect(Buffer.from(await readZstdFile(path))).toEqual(Buffer.concat(parts));
  });

  it("takes less space, and reads what was never compressed", async () => {
    const path = join(await temporaryFolder(), "file");
    const plain = Buffer.from("chunk-1 chunk-2 chunk-3 ".repeat(4000));
    await writeZstdFile(path, [plain]);
    expect((await stat(path)).size).toBeLessThan(plain.length / 20);
    await writeFile(path, plain);
    expect(Buffer.from(await readZstdFile(path))).toEqual(plain);
  });

  it("is said to be damaged where it is", async () => {
    const path = join(await temporaryFolder(), "file");
    await writeZstdFile(path, [Buffer.from(Array.from({ length: 3000 }, (_, n) => (n * n) % 251))]);
    const whole = await readFile(path);
    for (const broken of [whole.subarray(0, 30), Buffer.from(whole).fill(255, 12, 40)]) {
      await writeFile(path, broken);
      const error: unknown = await readZstdFile(path).catch((cause: unknown) => cause);
      expect(isOfZlib(error)).toBe(true);
    }
    expect(isOfZlib(new Error("something else"))).toBe(false);
  });
});
