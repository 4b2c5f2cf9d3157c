// The contract of blobs: stored completely or not at all, found by hash, readable in parts, listed, gone when removed.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { type Blobs, type ByteRange, compareBlobs, type ListedBlob } from "./blobs.ts";

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const readAll = async (body: AsyncIterable<Uint8Array>) => {
  const all: Uint8Array[] = [];
  for await (const piece of body) all.push(piece);
  return Buffer.concat(all).toString();
};

export interface BlobsSuiteOptions {
  /** True where `local` makes a copy, which its release deletes. */
  readonly copies: boolean;
}

export const blobsSuite = (open: () => Promise<Blobs>, { copies }: BlobsSuiteOptions): void => {
  const list = async (blobs: Blobs, prefix: string) => {
    const found: ListedBlob[] = [];
    for await (const blob of blobs.list(prefix)) found.push(blob);
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  };
  const keys = async (blobs: Blobs, prefix: string) =>
    (await list(blobs, prefix)).map(({ key }) => key);

  it("keeps bytes under their own hash", async () => {
    const blobs = await open();
    const sha256 = createHash("sha256").update("hello world").digest("hex");
    const blob = await blobs.put("uploads/a", pieces("hello ", "world"));
    expect(blob).toEqual({ key: `uploads/a/${sha256}`, sha256, size: 11 });
    expect(await blobs.find(blob.key)).toEqual({ key: blob.key, size: 11 });
    const { size, body } = await blobs.stream(blob.key);
    expect([size, await readAll(body)]).toEqual([11, "hello world"]);
  });

  it("gives a local file, and takes a copy away when it is released", async () => {
    const blobs = await open();
    const { key } = await blobs.put("uploads/a", pieces("hello world"));
    let path = "";
    {
      await using file = await blobs.local(key);
      path = file.path;
      expect(await readFile(path, "utf8")).toBe("hello world");
    }
    expect(existsSync(path)).toBe(!copies);
    const [one, two] = [await blobs.local(key), await blobs.local(key)];
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    expect(await readFile(two.path, "utf8")).toBe("hello world");
    await two[Symbol.asyncDispose]();
    expect((await blobs.find(key))?.size).toBe(11);
  });

  it("gives back a blob that was compacted as it was", async () => {
    const blobs = await open();
    // Three megabytes, so that it does not come in one piece.
    const text = Array.from(
      { length: 60_000 },
      (_, n) => `line ${n} of a log that repeats itself\n`,
    );
    const whole = text.join("");
    const { key, size } = await blobs.put("uploads/a", pieces(...text));
    await blobs.compact(key);
    await blobs.compact(key);
    expect(await blobs.find(key)).toEqual({ key, size });
    expect(await list(blobs, "uploads")).toMatchObject([{ key, size }]);
    const all = await blobs.stream(key);
    expect(all.size).toBe(size);
    expect((await readAll(all.body)) === whole).toBe(true);
    const { body } = await blobs.stream(key, { start: 1_200_000, end: 1_200_040 });
    expect(await readAll(body)).toBe(whole.slice(1_200_000, 1_200_040));
    const stopped = (await blobs.stream(key)).body[Symbol.asyncIterator]();
    await stopped.next();
    await stopped.return?.();
    let path = "";
    {
      await using file = await blobs.local(key);
      path = file.path;
      expect((await readFile(path, "utf8")) === whole).toBe(true);
    }
    expect((await blobs.put("uploads/a", pieces(...text))).key).toBe(key);
    expect(await list(blobs, "uploads")).toHaveLength(1);
    await blobs.remove(key);
    expect(await blobs.find(key)).toBeUndefined();
    expect(await list(blobs, "")).toEqual([]);
    await blobs.compact(key);
  });

  it("reads any part of a blob", async () => {
    const blobs = await open();
    const { key } = await blobs.put("a", pieces("01234", "56789"));
    const part = async (range: ByteRange) => {
      const { size, body } = await blobs.stream(key, range);
      return [size, await readAll(body)];
    };
    expect(await part({ start: 3, end: 7 })).toEqual([10, "3456"]);
    expect(await part({ start: 8 })).toEqual([10, "89"]);
    expect(await part({ end: 1 })).toEqual([10, "0"]);
    expect(await part({ start: 5, end: 99 })).toEqual([10, "56789"]);
    expect(await part({ start: 4, end: 4 })).toEqual([10, ""]);
    expect(await part({ start: 10 })).toEqual([10, ""]);
  });

  it("may stop reading in the middle of a blob", async () => {
    const blobs = await open();
    const { key } = await blobs.put("a", pieces("x".repeat(3_000_000)));
    const { body } = await blobs.stream(key);
    for await (const piece of body) {
      expect(piece.byteLength).toBeGreaterThan(0);
      break;
    }
    await blobs.remove(key);
    expect(await blobs.find(key)).toBeUndefined();
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
    expect(await blobs.find(one.key)).toBeUndefined();
    expect((await blobs.find(other.key))?.size).toBe(1);
  });

  it("keeps an empty file", async () => {
    const blobs = await open();
    const { key, size } = await blobs.put("a", pieces());
    expect([size, (await blobs.find(key))?.size]).toEqual([0, 0]);
    expect(await readAll((await blobs.stream(key)).body)).toBe("");
  });

  it("lists what is stored under a prefix with its size and time, and nothing else", async () => {
    const blobs = await open();
    expect(await list(blobs, "")).toEqual([]);
    expect(await list(blobs, "u/1")).toEqual([]);
    const before = Date.now() - 5000;
    const [one, two, beside] = [
      await blobs.put("u/1", pieces("x")),
      await blobs.put("u/1", pieces("yy")),
      await blobs.put("u/12", pieces("z")),
    ];
    expect(await keys(blobs, "u/1")).toEqual([one.key, two.key].sort());
    expect(await keys(blobs, "u")).toEqual([one.key, two.key, beside.key].sort());
    const all = await list(blobs, "");
    expect(all.map(({ key }) => key)).toEqual([one.key, two.key, beside.key].sort());
    expect(all.find(({ key }) => key === two.key)?.size).toBe(2);
    for (const { modifiedAt } of all) expect(modifiedAt).toBeGreaterThan(before);
    await blobs.remove(one.key);
    expect(await keys(blobs, "u/1")).toEqual([two.key]);
  });

  it("finds blobs that no row names, and keys without a blob", async () => {
    const blobs = await open();
    const [named, orphan] = [await blobs.put("a", pieces("x")), await blobs.put("b", pieces("y"))];
    const compare = (before: number) =>
      compareBlobs(blobs, async () => new Set([named.key, "c/missing"]), before);
    const { missing, orphaned } = await compare(Date.now() + 60_000);
    expect(missing).toEqual(["c/missing"]);
    expect(orphaned.map(({ key }) => key)).toEqual([orphan.key]);
    // A row for a new blob may follow soon.
    expect((await compare(Date.now() - 60_000)).orphaned).toEqual([]);
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
    expect(await list(blobs, "")).toEqual([]);
  });

  it("reports that a blob is missing, and removes it twice without an error", async () => {
    const blobs = await open();
    const { key } = await blobs.put("a", pieces("x"));
    await blobs.remove(key);
    await blobs.remove(key);
    await expect(blobs.stream(key)).rejects.toMatchObject({
      kind: "corrupt",
      code: "blob-missing",
    });
    await expect(blobs.local(key)).rejects.toMatchObject({ code: "blob-missing" });
    expect(await blobs.find(key)).toBeUndefined();
  });

  it("removes everything under a prefix, and nothing beside it", async () => {
    const blobs = await open();
    const beside = await blobs.put("u/12", pieces("x"));
    await blobs.put("u/1", pieces("x"));
    await blobs.put("u/1", pieces("y"));
    await blobs.removeAll("u/1");
    await blobs.removeAll("u/1");
    expect(await keys(blobs, "")).toEqual([beside.key]);
  });
};
