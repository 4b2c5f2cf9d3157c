// The place of a server: the same again after a restart, another one beside a living server, and a folder of another installation refused.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimShared } from "./claim.ts";
import { takeServerPlace } from "./server-place.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-place-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

let count = 0;
const newId = () => `n${++count}`;

describe("servers that share a home", () => {
  it("have a name each, and a server that starts again has its own again", () => {
    const one = takeServerPlace(folder, newId);
    const other = takeServerPlace(folder, newId);
    expect(other.host).not.toBe(one.host);
    one.lock.release();
    const again = takeServerPlace(folder, newId);
    expect(again.host).toBe(one.host);
    const third = takeServerPlace(folder, newId);
    expect(new Set([other.host, again.host, third.host]).size).toBe(3);
    for (const { lock } of [other, again, third]) lock.release();
  });

  it("are of one installation", async () => {
    const database = { id: "home_a", createdAt: 1, where: "“parlance” of MariaDB at db:3306" };
    await Promise.all([claimShared(folder, database), claimShared(folder, database)]);
    await claimShared(folder, database);
    await expect(claimShared(folder, { ...database, id: "home_b" })).rejects.toMatchObject({
      kind: "corrupt",
      code: "other-homes-folder",
    });
  });
});
