// The text of documents: what is read, and that one made to take all time or memory costs neither.
import { Readable } from "node:stream";
import { createDeflate, deflateSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mediaTypeOf } from "#services/domain/media-type.ts";
import type { DocumentText } from "./document.ts";
import { aDocx, aPdf, aPicture, aRecording } from "./documents.builders.ts";
import { type DocumentReader, openDocumentReader } from "./documents.ts";
import { documentLimits } from "./limits.ts";

let reader: DocumentReader;
beforeAll(() => {
  reader = openDocumentReader();
});
afterAll(() => reader[Symbol.asyncDispose]());

/** All by one reader: each of them has to leave it of use for the next. */
const read = (bytes: Uint8Array, signal = new AbortController().signal): Promise<DocumentText> =>
  reader.read({ bytes, mediaType: mediaTypeOf(bytes) }, signal);

const MB = 1024 ** 2;

/** So many megabytes of blanks, packed a piece at a time. */
const packedBlanks = async (megabytes: number): Promise<Buffer> => {
  const piece = Buffer.alloc(MB, " ");
  const blanks = Readable.from(
    (function* () {
      for (let n = 0; n < megabytes; n++) yield piece;
    })(),
  );
  const packed: Buffer[] = [];
  for await (const some of blanks.pipe(createDeflate({ level: 1 }))) packed.push(some as Buffer);
  return Buffer.concat(packed);
};

/** A PDF whose one page is this packed content. */
const packedPdf = (packed: Buffer): Buffer => {
  const [before = "", after = ""] = aPdf("x")
    .toString("latin1")
    .split(/<<\/Length \d+>>stream\n.*\nendstream/u);
  return Buffer.concat([
    Buffer.from(`${before}<</Length ${packed.length}/Filter/FlateDecode>>stream\n`, "latin1"),
    packed,
    Buffer.from(`\nendstream${after}`, "latin1"),
  ]);
};

describe("the type of a file", () => {
  it("is what its first bytes say", () => {
    expect(mediaTypeOf(aPicture(2, 2))).toBe("image/png");
    expect(mediaTypeOf(aRecording(1))).toBe("audio/wav");
    expect(mediaTypeOf(aPdf("x"))).toBe("application/pdf");
    expect(mediaTypeOf(Buffer.from("\xff\xd8\xff\xe0", "latin1"))).toBe("image/jpeg");
    expect(mediaTypeOf(Buffer.from("OggS\0\x02", "latin1"))).toBe("audio/ogg");
    expect(mediaTypeOf(Buffer.from("\0\0\0\x20ftypM4A ", "latin1"))).toBe("audio/mp4");
    expect(mediaTypeOf(Buffer.from("\0\0\0\x20ftypavif", "latin1"))).toBe("image/avif");
  });

  it("is never that of a page or a picture that could run: those are text", () => {
    expect(mediaTypeOf(Buffer.from("<svg onload='x'/>"))).toBe("text/plain");
    expect(mediaTypeOf(Buffer.from("<!doctype html><script>x</script>"))).toBe("text/plain");
    expect(mediaTypeOf(Buffer.from([1, 2, 3]))).toBe("application/octet-stream");
    expect(mediaTypeOf(Buffer.alloc(0))).toBe("application/octet-stream");
  });
});

describe("the text of a document", () => {
  it("is read of PDF, DOCX and plain text, and of nothing else", async () => {
    expect(await read(aPdf("Ninety euros"))).toEqual({ kind: "text", text: "Ninety euros" });
    expect(await read(packedPdf(deflateSync("BT /F1 9 Tf 9 9 Td (Packed) Tj ET")))).toEqual({
      kind: "text",
      text: "Packed",
    });
    expect(await read(aDocx("Dear Ben,", "nine o’clock"))).toEqual({
      kind: "text",
      text: "Dear Ben,\nnine o’clock",
    });
    expect(await read(Buffer.from("const a = 1;\n"))).toEqual({
      kind: "text",
      text: "const a = 1;",
    });
    expect(await read(Buffer.from(zipSync({ "a.txt": strToU8("a") })))).toEqual({ kind: "none" });
    expect(await read(aPicture(2, 2))).toEqual({ kind: "none" });
  });

  it("is missing where the document is damaged or names entities", async () => {
    expect(await read(Buffer.from("%PDF-1.7\nnothing"))).toEqual({ kind: "failed" });
    const evil = zipSync({
      "word/document.xml": strToU8(
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document><w:p><w:t>&a;</w:t></w:p></w:document>',
      ),
    });
    expect(await read(Buffer.from(evil))).toEqual({ kind: "failed" });
  });

  it("is missing where a page unpacks to gigabytes: the process does not grow by them", async () => {
    // Blanks are no operator: the page is read to its end.
    const bomb = packedPdf(await packedBlanks(1900));
    expect(bomb.length).toBeLessThan(documentLimits.bytes);
    const before = process.memoryUsage.rss();
    let most = before;
    const looking = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const found = await read(bomb);
    clearInterval(looking);
    expect(found).toEqual({ kind: "failed" });
    // It grows by four gigabytes where nobody looks.
    expect(most - before).toBeLessThan(2 * documentLimits.growthBytes);
  }, 60_000);

  it("is missing where a DOCX unpacks to more than may be read", async () => {
    const bomb = zipSync({
      "word/document.xml": new Uint8Array(documentLimits.unpackedBytes + 1),
    });
    expect((await read(Buffer.from(bomb))).kind).toBe("none");
  });

  it("is given up as soon as nobody wants it", async () => {
    const stop = new AbortController();
    const reading = read(packedPdf(await packedBlanks(1000)), stop.signal);
    setTimeout(() => stop.abort(), 100);
    const began = performance.now();
    expect(await reading).toEqual({ kind: "failed" });
    expect(performance.now() - began).toBeLessThan(5000);
    expect(await read(aPdf("Next"))).toEqual({ kind: "text", text: "Next" });
  }, 60_000);
});
