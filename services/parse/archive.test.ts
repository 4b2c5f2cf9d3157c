// Hostile and damaged archives: each is refused with its own code, quickly and in little memory.
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { read, rejection, tarOf, zipOf } from "./parse.builders.ts";

const log = "[10:00] <a> hello\n[10:01] <b> a: hi\n";
const day = "#c/2020-01-01.log";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;

/** Where the records with this signature begin. */
const records = (zip: Buffer, signature: number): number[] => {
  const found: number[] = [];
  for (let at = 0; at + 4 <= zip.length; at += 1)
    if (zip.readUInt32LE(at) === signature) found.push(at);
  return found;
};

/** Changes every central (and local) record of a zip. */
const forged = (zip: Buffer, change: (record: Buffer, central: boolean) => void): Buffer => {
  const copy = Buffer.from(zip);
  for (const at of records(copy, CENTRAL)) change(copy.subarray(at), true);
  for (const at of records(copy, LOCAL)) change(copy.subarray(at), false);
  return copy;
};

const zeros = (megabytes: number) => new Uint8Array(megabytes * 1024 * 1024);

const special = async (type: "symlink" | "character-device" | "link"): Promise<Buffer> => {
  const archive = pack();
  archive.entry({ name: "log", type, linkname: "/etc/passwd" });
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
};

/** A tar header by hand, for names that a packer refuses to write. */
const rawTar = (name: string, type = "0", size = 0): Buffer => {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, "latin1");
  header.write("0000644\0", 100);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write(`        ${type}`, 148);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
};

describe("a hostile zip", () => {
  const good = zipOf({ [day]: log.repeat(50), "x/b.log": "bbbbbbbb" });

  it("is read while it is not one", async () => {
    expect((await read(good)).conversations).toHaveLength(1);
  });

  it.each<[string, string, () => Buffer]>([
    ["a bomb", "archive-ratio", () => zipOf({ "bomb.log": zeros(40) })],
    ["climbing names", "archive-path", () => zipOf({ "../../evil.log": log })],
    [
      "climbing names with backslashes",
      "archive-path",
      () => zipOf({ "a\\..\\..\\evil.log": log }),
    ],
    ["absolute names", "archive-path", () => zipOf({ "/etc/evil.log": log })],
    ["drive letters", "archive-path", () => zipOf({ "C:/evil.log": log })],
    ["control characters in names", "archive-path", () => zipOf({ "a\u0000b.log": log })],
    ["names longer than a path", "archive-path", () => zipOf({ [`${"n".repeat(600)}.log`]: log })],
    [
      "symbolic links",
      "archive-symlink",
      () =>
        forged(
          good,
          (record, central) => central && record.writeUInt32LE((0o120777 << 16) >>> 0, 38),
        ),
    ],
    [
      "devices",
      "archive-device",
      () =>
        forged(
          good,
          (record, central) => central && record.writeUInt32LE((0o020666 << 16) >>> 0, 38),
        ),
    ],
    [
      "encryption",
      "archive-encrypted",
      () => forged(good, (record, central) => record.writeUInt16LE(1, central ? 8 : 6)),
    ],
    [
      "strong encryption",
      "archive-encrypted",
      () => forged(good, (record, central) => record.writeUInt16LE(0x41, central ? 8 : 6)),
    ],
    [
      "overlapping entries",
      "archive-overlap",
      () => forged(good, (record, central) => central && record.writeUInt32LE(0, 42)),
    ],
    [
      "sizes made smaller",
      "damaged-archive",
      () => forged(good, (record, central) => record.writeUInt32LE(20, central ? 24 : 22)),
    ],
    [
      "sizes made larger",
      "damaged-archive",
      () => forged(good, (record, central) => record.writeUInt32LE(5_000_000, central ? 24 : 22)),
    ],
    [
      "bytes beyond the end",
      "damaged-archive",
      () => forged(good, (record, central) => central && record.writeUInt32LE(0x7fffffff, 42)),
    ],
    [
      "a way of packing that nobody knows",
      "damaged-archive",
      () => forged(good, (record, central) => record.writeUInt16LE(99, central ? 10 : 8)),
    ],
    ["a missing end", "damaged-archive", () => good.subarray(0, good.length - 30)],
    ["only a beginning", "damaged-archive", () => Buffer.from("PK\x03\x04 and nothing")],
    [
      "a million entries promised",
      "archive-too-large",
      () => {
        const copy = Buffer.from(good);
        copy.writeUInt16LE(0xfffe, copy.length - 12);
        return copy;
      },
    ],
  ])("with %s is refused as %s", async (name, code, build) => {
    const options = name.startsWith("a million") ? { limits: { entries: 1000 } } : {};
    const before = process.memoryUsage().rss;
    expect(await rejection(build(), options)).toBe(code);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it("with more entries than allowed is refused, however many it declares", async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}.log`, log]));
    expect(await rejection(zipOf(many), { limits: { entries: 50 } })).toBe("archive-too-large");
    expect(await rejection(zipOf(many), { limits: { totalBytes: 500 } })).toBe("archive-too-large");
  });

  it("inside an archive is read too, one level deep", async () => {
    const found = await read(
      zipOf({
        "#d/2020-01-02.log.gz": gzipSync(log),
        "chats.zip": zipOf({
          "conversations.json": '[{"uuid":"c","chat_messages":[{"sender":"human","text":"hi"}]}]',
          "deeper.zip": good,
        }),
        "day.tar": await tarOf({ [day]: log }),
      }),
    );
    expect(found.conversations.map(({ sourceId }) => sourceId).sort()).toEqual([
      "#c/2020-01-01",
      "#d/2020-01-02",
      "c",
    ]);
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["nested-archive", "chats/deeper.zip"],
    ]);
  });

  it("inside an archive leaves the others where it is damaged or of another kind", async () => {
    const found = await read(
      zipOf({
        [day]: log,
        "cut.zip": good.subarray(0, good.length - 30),
        "other.7z": Buffer.from("377abcaf271c0004", "hex"),
      }),
    );
    expect(found.conversations).toHaveLength(1);
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["damaged-entry", "cut.zip"],
      ["nested-archive", "other.7z"],
    ]);
  });

  it.each<[string, string, () => Promise<Buffer> | Buffer]>([
    ["climbing names", "archive-path", () => rawTar("../../evil.log")],
    ["symbolic links", "archive-symlink", () => special("symlink")],
    ["a bomb", "archive-ratio", () => zipOf({ "a.log": zeros(64) })],
    ["a bomb of gzip", "archive-ratio", () => gzipSync(zeros(64))],
  ])("inside an archive, with %s, is refused as %s", async (_, code, build) => {
    const inner = await build();
    expect(await rejection(zipOf({ [day]: log, "inner.bin": inner }))).toBe(code);
  });

  it("inside an archive counts to the limits of the whole", async () => {
    const inner = zipOf({ [day]: log.repeat(40) });
    const limits = { totalBytes: inner.length + log.length * 20 };
    expect(await rejection(zipOf({ "a.zip": inner }), { limits })).toBe("archive-too-large");
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}.log`, log]));
    expect(await rejection(zipOf({ "a.zip": zipOf(many) }), { limits: { entries: 50 } })).toBe(
      "archive-too-large",
    );
  });

  it("whose directory counts fewer files than it holds is read whole, as packers without zip64 write it", async () => {
    const days = Object.fromEntries(
      Array.from({ length: 5 }, (_, n) => [`#c/2020-01-0${n + 1}.log`, log]),
    );
    for (const declared of [0, 2, 4]) {
      const zip = zipOf(days);
      zip.writeUInt16LE(declared, zip.length - 14);
      zip.writeUInt16LE(declared, zip.length - 12);
      expect((await read(zip)).conversations).toHaveLength(5);
    }
  });

  it("of large files is unpacked in a stream, with the same checks", async () => {
    const lines = Array.from({ length: 40_000 }, (_, n) => `[10:00] <a> ${(n * 7919) % 10_007}\n`);
    const zip = zipOf({ [day]: lines.join("") });
    expect((await read(zip)).conversations[0]?.messages).toHaveLength(40_000);
    const sizes = forged(zip, (record, central) =>
      record.writeUInt32LE(600_000, central ? 24 : 22),
    );
    expect(await rejection(sizes)).toBe("damaged-archive");
    const [central = 0] = records(zip, CENTRAL);
    zip.writeUInt32LE(7, central + 16);
    const found = await read(zip);
    expect(found.problems).toMatchObject([{ code: "damaged-entry", place: day }]);
  });

  it("with one damaged file gives the others, and says which it was", async () => {
    const two = zipOf({ [day]: log, "#c/2020-01-02.log": log });
    const [second] = records(two, CENTRAL).slice(1);
    two.writeUInt32LE(7, (second ?? 0) + 16);
    const found = await read(two);
    expect(found.conversations.map(({ sourceId }) => sourceId)).toContain("#c/2020-01-01");
    expect(found.problems).toMatchObject([{ code: "damaged-entry", place: "#c/2020-01-02.log" }]);
  });

  it("with a file twice gives the first and says so", async () => {
    const doubled = zipOf({ [day]: log, "#c/2020-01-02.log": log });
    for (const at of [
      ...records(doubled, CENTRAL).map((at) => at + 46),
      ...records(doubled, LOCAL).map((at) => at + 30),
    ])
      doubled.write(day, at);
    const found = await read(doubled);
    expect(found.conversations).toHaveLength(1);
    expect(found.problems).toMatchObject([{ code: "duplicate-entry" }]);
  });

  it("with a file that is no chat log beside one reads the one and names the other", async () => {
    const found = await read(zipOf({ [day]: log, "notes.txt": "milk, eggs", "photo.png": "png" }));
    expect(found.problems).toMatchObject([{ code: "not-read", place: "notes.txt" }]);
  });
});

describe("a hostile tar or gzip", () => {
  it.each<[string, string, () => Promise<Buffer> | Buffer]>([
    ["climbing names", "archive-path", () => rawTar("../../evil.log")],
    ["absolute names", "archive-path", () => rawTar("/etc/evil.log")],
    ["symbolic links", "archive-symlink", () => special("symlink")],
    ["hard links", "archive-symlink", () => special("link")],
    ["devices", "archive-device", () => special("character-device")],
    ["a name of a gigabyte", "archive-path", () => gzipSync(rawTar("long", "L", 2 ** 30))],
    ["a pax record of a gigabyte", "archive-path", () => gzipSync(rawTar("pax", "x", 2 ** 30))],
    ["a bomb", "archive-ratio", () => gzipSync(zeros(64))],
    ["a bomb in a tar", "archive-ratio", async () => gzipSync(await tarOf({ "a.log": zeros(64) }))],
    [
      "a damaged header",
      "damaged-archive",
      async () => {
        const tar = await tarOf({ [day]: log, "b.log": log });
        tar.write("?", 1024 + 10);
        return tar;
      },
    ],
    [
      "damaged gzip data",
      "damaged-archive",
      () => {
        const packed = gzipSync(
          Array.from({ length: 3000 }, (_, n) => `[10:00] <a> ${n * n}`).join("\n"),
        );
        packed.fill(0xff, 200, 260);
        return packed;
      },
    ],
    ["another kind of packing", "archive-kind", () => Buffer.from("377abcaf271c0004", "hex")],
  ])("with %s is refused as %s", async (_, code, build) => {
    expect(await rejection(await build())).toBe(code);
  });

  it("with more entries than allowed is refused", async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}.log`, log]));
    expect(await rejection(await tarOf(many), { limits: { entries: 50 } })).toBe(
      "archive-too-large",
    );
  });

  it("that is cut short gives what stands before the cut, and says so", async () => {
    const lines = Array.from({ length: 3000 }, (_, n) => `[10:00] <a> ${n * 7919}\n`).join("");
    for (const whole of [
      gzipSync(lines),
      gzipSync(await tarOf({ [day]: lines })),
      await tarOf({ [day]: lines }),
    ]) {
      const found = await read(
        whole.subarray(0, Math.floor(whole.length * 0.6)),
        "#c/2020-01-01.log.gz",
      );
      expect(found.problems.map(({ code }) => code)).toContain("truncated");
      expect(found.conversations[0]?.messages.length).toBeGreaterThan(500);
    }
  });

  it("of several members is read to its end", async () => {
    const members = Buffer.concat([gzipSync("[10:00] <a> one\n"), gzipSync("[10:01] <a> two\n")]);
    const found = await read(members, "#c/2020-01-01.log.gz");
    expect(found.problems).toEqual([]);
    expect(found.conversations[0]?.messages).toHaveLength(2);
  });
});
