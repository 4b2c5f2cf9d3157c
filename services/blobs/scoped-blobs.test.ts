// Blobs within a scope: two organizations that use the same keys have two files.
import { afterEach, describe, expect, it } from "vitest";
import { organizationId } from "#services/domain/ids.ts";
import { defaultScope, workerScope } from "#services/domain/scope.ts";
import { openMemoryBlobs } from "./memory.ts";
import { scopedBlobs } from "./scoped-blobs.ts";

const all = openMemoryBlobs();
afterEach(() => all.dispose());

const bytesOf = async function* (text: string) {
  yield Buffer.from(text);
};
const read = async (blobs: ReturnType<typeof scopedBlobs>, key: string) => {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await blobs.stream(key)).body) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
};

describe("blobs within a scope", () => {
  const first = scopedBlobs(all, defaultScope);
  const other = scopedBlobs(all, workerScope(organizationId("other")));

  it("are read back by the key that they were kept under", async () => {
    const { key, size } = await other.put("uploads/upl_1", bytesOf("hello"));
    expect(key).toMatch(/^uploads\/upl_1\/[0-9a-f]{64}$/);
    expect(size).toBe(5);
    expect(await read(other, key)).toBe("hello");
    expect(await other.find(key)).toEqual({ key, size: 5 });
  });

  it("are not another organization's, under the same key", async () => {
    const { key } = await first.put("uploads/upl_2", bytesOf("secret"));
    expect(await other.find(key)).toBeUndefined();
    await expect(other.local(key)).rejects.toMatchObject({ code: "blob-missing" });
    await other.remove(key);
    await other.removeAll("uploads");
    expect(await read(first, key)).toBe("secret");
  });

  it("are not reached by a key that begins with another organization's folder", async () => {
    const { key } = await other.put("uploads/upl_3", bytesOf("secret"));
    await expect(first.local(`org_other/${key}`)).rejects.toMatchObject({
      code: "blob-missing",
    });
    await expect(first.removeAll("org_other")).rejects.toMatchObject({ code: "blob-missing" });
    expect(await read(other, key)).toBe("secret");
  });

  it("are listed for their own organization only, by the keys that it knows", async () => {
    const keysOf = async (blobs: ReturnType<typeof scopedBlobs>, prefix: string) => {
      const keys: string[] = [];
      for await (const { key } of blobs.list(prefix)) keys.push(key);
      return keys;
    };
    const mine = (await first.put("uploads/upl_5", bytesOf("mine"))).key;
    const theirs = (await other.put("uploads/upl_6", bytesOf("theirs"))).key;
    expect(await keysOf(first, "")).toContain(mine);
    expect(await keysOf(first, "")).not.toContain(`org_other/${theirs}`);
    expect(await keysOf(other, "")).toContain(theirs);
    expect(await keysOf(other, "uploads/upl_5")).toEqual([]);
    expect(await keysOf(other, "uploads/upl_6")).toEqual([theirs]);
  });

  it("of the default organization are where they were before there were others", async () => {
    const { key } = await first.put("uploads/upl_4", bytesOf("old"));
    expect(await all.find(key)).toMatchObject({ key });
  });
});
