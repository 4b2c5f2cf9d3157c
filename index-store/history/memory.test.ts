// The history in memory keeps the port's promise and takes nothing on trust.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { followerSuite } from "./follower.suite.ts";
import { historySuite } from "./history.suite.ts";
import { followMemoryHistory, openMemoryHistory } from "./memory.ts";

historySuite({ name: "memory", open: openMemoryHistory });
followerSuite({
  name: "memory",
  open: async () => {
    const writer = await openMemoryHistory(await temporaryFolder());
    return { writer, follower: followMemoryHistory(writer) };
  },
});

describe("memory", () => {
  it("refuses to adopt a file that it did not stage, or the same one twice", async () => {
    const folder = await temporaryFolder();
    const history = await openMemoryHistory(folder);
    const foreign = join(folder, "foreign");
    await writeFile(foreign, "x");
    await expect(history.adopt(foreign)).rejects.toThrow(/never staged/);
    const staged = await history.stage();
    await history.adopt(staged);
    await expect(history.adopt(staged)).rejects.toThrow(/never staged/);
  });
});
