// For tests: small pictures as a browser writes them, with a colour profile; and what can be added to them.
const ofBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(text, "base64"));

/** 16 × 16 pixels each. */
export const aPng = ofBase64(
  [
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAQUlEQVR4AeyRMREAMAgDc1iKODRgpV6qqTVAJjpk",
    "KHe/MHB8Eos8EwLDMTxQSXQoU0MF9arafwXgfQZZGx2+LVwAAAD//1p0nhMAAAAGSURBVAMAGjQzETR/1BsAAAAA",
    "SUVORK5CYII=",
  ].join(""),
);
export const aJpeg = ofBase64(
  [
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AAB",
    "AAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFla",
    "AAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAA",
    "AChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1",
    "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBh",
    "cmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAc",
    "AEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9",
    "PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2Nj",
    "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAQABADASIAAhEBAxEB/8QAFgABAQEA",
    "AAAAAAAAAAAAAAAAAgMF/8QAIBAAAQQCAQUAAAAAAAAAAAAAAwABAhESEwQiMUFRYf/EABUBAQEAAAAAAAAAAAAA",
    "AAAAAAQF/8QAHREAAQIHAAAAAAAAAAAAAAAAAQACAxEUITKh4f/aAAwDAQACEQMRAD8AzwB25dVV8RLDWR43deVT",
    "jmiLLJne67IGmxCvJrp/aMqLDGqHA4Strq//2Q==",
  ].join(""),
);
export const aWebp = ofBase64(
  [
    "UklGRkQCAABXRUJQVlA4WAoAAAAgAAAADwAADwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AAB",
    "AAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFla",
    "AAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAA",
    "AChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1",
    "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBh",
    "cmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAc",
    "AEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggVgAAABACAJ0BKhAAEAACwEwlsAJ0MErBkH5WfIAA",
    "/tihd8/0uS4frqYnqqnr8bvr2zhO/uUf/K71Vk/51Bhfx/z/8el9zbG8/7+JR/8uW+52eRv3X/7EswAA",
  ].join(""),
);

const bytesOf = (text: string) => Buffer.from(text, "latin1");

const pngPart = (kind: string, content: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  // Nobody who leaves the part out looks at its checksum.
  return Buffer.concat([length, bytesOf(kind), bytesOf(content), Buffer.alloc(4)]);
};
/** A part behind the header. */
export const withPngPart = (kind: string, content: string): Uint8Array =>
  Buffer.concat([aPng.subarray(0, 33), pngPart(kind, content), aPng.subarray(33)]);

/** A segment behind the beginning. */
export const withJpegSegment = (marker: number, content: string): Uint8Array =>
  Buffer.concat([
    aJpeg.subarray(0, 2),
    Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]),
    bytesOf(content),
    aJpeg.subarray(2),
  ]);

/** A chunk at the end. */
export const withWebpChunk = (kind: string, content: string): Uint8Array => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  const padding = Buffer.alloc(content.length % 2);
  const whole = Buffer.concat([aWebp, bytesOf(kind), length, bytesOf(content), padding]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
};
