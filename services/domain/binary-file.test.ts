// Tests of files that hold no chat log, told from their first bytes.
import { open } from "node:fs/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { binaryKind, refuseBinary, TELLING_BYTES } from "./binary-file.ts";

const latin = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const named = (text: string) => binaryKind(latin(text))?.name;

describe("the first bytes of a file", () => {
  it.each([
    ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"],
    ["\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"],
    ["RIFF\x24\0\0\0WEBPVP8 ", "a WebP picture"],
    ["RIFF\x24\0\0\0WAVEfmt ", "a WAV recording"],
    ["\0\0\0\x20ftypisom\0\0\x02\0", "an MP4 video"],
    ["\0\0\0\x14ftypqt  ", "a QuickTime video"],
    ["ID3\x04\0\0\0\0", "an MP3 recording"],
    ["%PDF-1.7\n%\xe2\xe3", "a PDF document"],
    ["{\\rtf1\\ansi", "an RTF document"],
    ["MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "a Windows program"],
    ["\x7fELF\x02\x01\x01", "a Linux program"],
    ["7z\xbc\xaf\x27\x1c\0\x04", "7z"],
    ["BZh91AY&SY", "bzip2"],
  ])("%j are %s", (text, name) => {
    expect(named(text)).toBe(name);
  });

  it("tell a program and a zstd archive as they are written today", async () => {
    await using program = await open(process.execPath);
    const { buffer } = await program.read(Buffer.alloc(TELLING_BYTES));
    expect(binaryKind(buffer)?.group).toBe("program");
    expect(binaryKind(zstdCompressSync("[10:00] <anna> hello"))?.name).toBe("zstd");
  });

  it.each([
    "[10:00] <anna> hello",
    '{"messages":[]}',
    "MZ: are you there?",
    "BM: yes",
    "RIFF: and I too",
    "ID3 tags are what I meant",
    "BZh is no word",
    "\xff\xfe[\x001\x00",
    "PAR1 is a golf term",
    "",
  ])("%j may be a chat log", (text) => {
    expect(named(text)).toBeUndefined();
  });

  it("let the archives pass that are unpacked", () => {
    expect(binaryKind(gzipSync("hello"))).toBeUndefined();
    expect(binaryKind(zipSync({ "a.log": latin("hello") }))).toBeUndefined();
  });

  it("are refused with what they are and what to do", () => {
    const refusal = (text: string) => {
      try {
        refuseBinary("photo.png", latin(text));
        return undefined;
      } catch (error) {
        return error;
      }
    };
    expect(refusal("\x89PNG\r\n\x1a\n")).toMatchObject({
      code: "binary-file",
      status: 415,
      message: '"photo.png" is a PNG picture, not a chat log.',
      hint: expect.stringContaining("export of the conversations"),
    });
    expect(refusal("7z\xbc\xaf\x27\x1c")).toMatchObject({ code: "archive-kind", status: 415 });
    expect(refusal("hello")).toBeUndefined();
  });
});
