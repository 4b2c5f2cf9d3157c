// The watch over free space: what must stay free, who waits, and that waiting ends by itself when there is room.
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { openSpaceWatch, reserveOf, type Space } from "./space.ts";

const megabyte = 1024 ** 2;
const running = new AbortController().signal;

/** A disk whose free space the test sets. */
const aDisk = (freeBytes: number, totalBytes = 10_000 * megabyte) => {
  const disk = { freeBytes, totalBytes };
  const watch = openSpaceWatch({ folder: "/", lookEveryMs: 5, read: async () => ({ ...disk }) });
  const heard: (Space | null)[] = [];
  watch.onWaiting((space) => heard.push(space));
  return { disk, watch, heard };
};

describe("the reserve", () => {
  it("is 2 % of the disk between 64 and 256 MB, and never more than a quarter of it", () => {
    expect(reserveOf(75 * megabyte)).toBe(Math.round(18.75 * megabyte));
    expect(reserveOf(1000 * megabyte)).toBe(64 * megabyte);
    expect(reserveOf(5000 * megabyte)).toBe(100 * megabyte);
    expect(reserveOf(1e6 * megabyte)).toBe(256 * megabyte);
  });
});

describe("the watch over free space", () => {
  it("reads a real disk", async () => {
    const watch = openSpaceWatch({ folder: tmpdir(), minFreeBytes: 0 });
    expect((await watch.look()).freeBytes).toBeGreaterThan(0);
    expect(await watch.short()).toBeNull();
    const full = openSpaceWatch({ folder: tmpdir(), minFreeBytes: 2 ** 60 });
    expect(await full.short()).toMatchObject({ neededBytes: 2 ** 60 });
  });

  it("refuses what would not leave the reserve", async () => {
    const { watch } = aDisk(300 * megabyte);
    await watch.require(100 * megabyte);
    await expect(watch.require(101 * megabyte)).rejects.toMatchObject({
      code: "disk-full",
      status: 507,
      data: { freeBytes: 300 * megabyte, neededBytes: 301 * megabyte },
    });
  });

  it("lets work wait until there is room, and tells who waits for what", async () => {
    const { disk, watch, heard } = aDisk(100 * megabyte);
    let done = 0;
    const one = watch.wait({ signal: running }).then(() => done++);
    const two = watch.wait({ signal: running, bytes: 50 * megabyte }).then(() => done++);
    await expect.poll(() => heard.at(-1)?.neededBytes).toBe(250 * megabyte);
    expect(await watch.short()).toEqual({
      freeBytes: 100 * megabyte,
      neededBytes: 250 * megabyte,
    });
    disk.freeBytes = 210 * megabyte;
    await one;
    expect(done).toBe(1);
    expect((await watch.short())?.neededBytes).toBe(250 * megabyte);
    disk.freeBytes = 250 * megabyte;
    // Before those who wait have looked again.
    expect(await watch.short()).toBeNull();
    await two;
    expect(heard.at(-1)).toBeNull();
  });

  it("does not wait where there is room, for what is stopped, or for what is not wanted any more", async () => {
    const { disk, watch, heard } = aDisk(1000 * megabyte);
    await watch.wait({ signal: running });
    expect(heard).toEqual([]);
    disk.freeBytes = 0;
    const stop = new AbortController();
    const stopped = watch.wait({ signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toThrow();
    let asked = 0;
    await watch.wait({ signal: running, unless: async () => ++asked === 3 });
    expect(heard.at(-1)).toBeNull();
  });

  it("counts what another process waits for, until it waits no more", async () => {
    const { watch } = aDisk(300 * megabyte);
    expect(await watch.short()).toBeNull();
    watch.adopt("worker", { freeBytes: 290 * megabyte, neededBytes: 500 * megabyte });
    expect(await watch.short()).toEqual({
      freeBytes: 300 * megabyte,
      neededBytes: 500 * megabyte,
    });
    watch.adopt("worker", null);
    expect(await watch.short()).toBeNull();
  });

  it("of several disks counts the one with the least room", async () => {
    const free = { "/home": 5000, "/indexes": 300 };
    const watch = openSpaceWatch({
      folder: "/home",
      also: ["/indexes"],
      read: async (folder) => ({
        freeBytes: free[folder as keyof typeof free] * megabyte,
        totalBytes: 10_000 * megabyte,
      }),
    });
    expect((await watch.look()).freeBytes).toBe(300 * megabyte);
    await expect(watch.require(200 * megabyte)).rejects.toMatchObject({ code: "disk-full" });
    free["/indexes"] = 9000;
    expect((await watch.look()).freeBytes).toBe(5000 * megabyte);
    await watch.require(200 * megabyte);
  });
});
