// The files beside the conversations: how much of them is looked into, and that what is not is told.
import { tmpdir } from "node:os";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { UploadFile } from "./archive.ts";
import { readCompanions } from "./companions.ts";
import { openReading } from "./reading.ts";

const MB = 1024 * 1024;

const fileOf = (path: string, bytes: Buffer): UploadFile => ({
  path,
  async *bytes() {
    yield bytes;
  },
});

/** JSON of so many bytes. */
const padded = (value: object, size: number): Buffer =>
  Buffer.from(JSON.stringify(value).padEnd(size, " "));

const reading = () => openReading(200 * MB, {}, { folder: tmpdir(), upload: "a.zip" });

describe("files beside the conversations", () => {
  it("are looked into up to a sum, and the others are told", async () => {
    const files = Array.from({ length: 3 }, (_, nth) =>
      fileOf(`c${nth}/channel.json`, padded({ id: String(nth) }, 30 * MB)),
    );
    const { companions, problems } = await readCompanions(files, reading());
    expect([...companions.infos.keys()]).toEqual(["c0/channel.json", "c1/channel.json"]);
    expect(problems).toMatchObject([{ code: "no-names", place: "c2/channel.json" }]);
  });

  it("that are packed count as what they unpack to, and may be no bombs", async () => {
    const users = (bytes: number) => {
      const chunk = { t: 3, ts: 1, n: 1, u: [{ id: "U1" }] };
      return fileOf("users.json.gz", gzipSync(padded(chunk, bytes)));
    };
    const small = await readCompanions([users(1000)], reading());
    expect(small.companions.chunks?.users).toEqual([{ id: "U1" }]);
    await expect(readCompanions([users(31 * MB)], reading())).rejects.toMatchObject({
      code: "archive-ratio",
    });
    const large = await readCompanions([users(33 * MB)], reading());
    expect(large.problems).toMatchObject([{ code: "no-names", place: "users.json.gz" }]);
  });

  it("may name more people than a call takes parameters", async () => {
    const u = Array.from({ length: 200_000 }, (_, nth) => ({ id: `U${nth}` }));
    const line = Buffer.from(JSON.stringify({ t: 3, ts: 1, n: u.length, u }));
    const { companions } = await readCompanions(
      [fileOf("users.json.gz", gzipSync(line))],
      reading(),
    );
    expect(companions.chunks?.users).toHaveLength(u.length);
  });
});
