// What every store of blobs promises: whole or not at all, by content, gone when removed.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { Blobs } from "./blobs.ts";

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const readAll = async (body: AsyncIterable<Uint8Array>) => {
  const all: Uint8Array[] = [];
  for await (const piece of body) all.push(piece);
  return Buffer.concat(all).toString();
};

export const blobsSuite = (open: () => Promise<Blobs>): void => {
  it("keeps bytes under their own hash", async () => {
    const blobs = await open();
    const sha256 = createHash("sha256").update("hello world").digest("hex");
    const blob = await blobs.put("uploads/a", pieces("hello ", "world"));
    expect(blob).toEqual({ key: `uploads/a/${sha256}`, sha256, size: 11 });
    const { size, body } = await blobs.stream(blob.key);
    expect([size, await readAll(body)]).toEqual([11, "hello world"]);
    expect(await readFile(await blobs.localPath(blob.key), "utf8")).toBe("hello world");
  });

  it("keeps the same bytes twice as one, and prefixes apart", async () => {
    const blobs = await open();
    const [one, same, other] = [
      await blobs.put("a", pieces("x")),
      await blobs.put("a", pieces("x")),
      await blobs.put("b", pieces("x")),
    ];
    expect(same.key).toBe(one.key);
    await blobs.remove(one.key);
    expect(await blobs.exists(one.key)).toBe(false);
    expect(await blobs.exists(other.key)).toBe(true);
  });

  it("keeps an empty file", async () => {
    const blobs = await open();
    const { key, size } = await blobs.put("a", pieces());
    expect([size, await blobs.exists(key)]).toEqual([0, true]);
  });

  it("leaves nothing behind of a file that is too large or breaks off", async () => {
    const blobs = await open();
    await expect(blobs.put("a", pieces("12345", "67890"), { maxBytes: 9 })).rejects.toMatchObject({
      code: "upload-too-large",
      status: 413,
    });
    const broken = async function* () {
      yield Buffer.from("12345");
      throw new Error("the line went dead");
    };
    await expect(blobs.put("a", broken())).rejects.toThrow("the line went dead");
    const stopped = AbortSignal.abort();
    await expect(blobs.put("a", pieces("1"), { signal: stopped })).rejects.toThrow();
  });

  it("says so when a blob is missing, and removes it twice without a word", async () => {
    const blobs = await open();
    const { key } = await blobs.put("a", pieces("x"));
    await blobs.remove(key);
    await blobs.remove(key);
    await expect(blobs.stream(key)).rejects.toMatchObject({
      kind: "corrupt",
      code: "blob-missing",
    });
    await expect(blobs.localPath(key)).rejects.toMatchObject({ code: "blob-missing" });
  });

  it("removes everything under a prefix, and nothing beside it", async () => {
    const blobs = await open();
    const [one, two, beside] = [
      await blobs.put("u/1", pieces("x")),
      await blobs.put("u/1", pieces("y")),
      await blobs.put("u/12", pieces("x")),
    ];
    await blobs.removeAll("u/1");
    await blobs.removeAll("u/1");
    expect(await Promise.all([one, two, beside].map(({ key }) => blobs.exists(key)))).toEqual([
      false,
      false,
      true,
    ]);
  });
};
