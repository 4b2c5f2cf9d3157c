// The place of a server: the same again after a restart, another one beside a living server, and a folder of another installation refused.
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
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

  it("do not take each other's place on two machines of one name, unless one has been silent for long", async () => {
    const one = takeServerPlace(folder, newId, "boot of one");
    const other = takeServerPlace(folder, newId, "boot of the other");
    expect(other.host).not.toBe(one.host);
    // The lock of a disk that does not pass it on to others is as if it were free.
    one.lock.release();
    other.lock.release();
    const [third, again] = ["boot of a third", "boot of one"].map((boot) =>
      takeServerPlace(folder, newId, boot),
    );
    expect([one.host, other.host]).not.toContain(third?.host);
    expect(again?.host).toBe(one.host);
    for (const place of [third, again]) place?.lock.release();
    const servers = join(folder, "servers");
    const [first] = (await readdir(servers)).sort();
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(servers, first ?? "", "boot"), longAgo, longAgo);
    const after = takeServerPlace(folder, newId, "boot of one after a start anew");
    expect(after.host).toBe(one.host);
    after.lock.release();
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
