// What takes room on the disks is counted folder by folder, also while something is removed, and what is elsewhere is not counted.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDiskUse } from "./disk-use.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "parlance-disk-"));
  for (const [path, bytes] of [
    ["collections/col_a/index.git/objects/aa/1", 100],
    ["collections/col_a/index.git/HEAD", 20],
    ["collections/col_b/index.git/HEAD", 7],
    ["blobs/uploads/upl_a/x", 1000],
    ["blobs/org_b/uploads/upl_b/y", 500],
    ["models/org/name/onnx/model.onnx", 3000],
    ["blob-copies/z", 11],
    ["backups/before-0017-accounts-1.db", 60],
    ["elsewhere/uploads/upl_c/w", 9],
  ] as const) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), Buffer.alloc(bytes));
  }
  await symlink(join(home, "models"), join(home, "blobs", "link"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const read = (blobsUrl?: string) => readDiskUse({ home, indexes: undefined, blobsUrl });

describe("what takes room on the disks", () => {
  it("is the size of all files below each folder, without what links lead to", async () => {
    const found = await read();
    expect([...found.indexes]).toEqual(
      expect.arrayContaining([
        ["col_a", 120],
        ["col_b", 7],
      ]),
    );
    expect(found).toMatchObject({ files: 1500, copies: 11, models: 3000 });
    expect(found.backups).toMatchObject([{ name: "before-0017-accounts-1.db", bytes: 60 }]);
  });

  it("has the files of another folder, and none of a bucket", async () => {
    expect((await read(pathToFileURL(join(home, "elsewhere")).href)).files).toBe(9);
    expect((await read("s3://bucket/prefix")).files).toBeNull();
  });

  it("is nothing where there are no folders yet", async () => {
    const empty = await readDiskUse({
      home: join(home, "none"),
      indexes: undefined,
      blobsUrl: undefined,
    });
    expect(empty).toEqual({ indexes: new Map(), files: 0, copies: 0, models: 0, backups: [] });
  });
});
