// The media type of a file as its first bytes say: what it is called, or is said to be, is not asked.

/** So many bytes of the beginning are enough to tell. */
export const MEDIA_BYTES = 4096;

interface Signature {
  readonly type: string;
  readonly at?: number;
  /** As Latin-1 text. */
  readonly text: string;
  readonly also?: (head: string) => boolean;
}

const signatures: readonly Signature[] = [
  { type: "image/png", text: "\x89PNG\r\n\x1a\n" },
  { type: "image/jpeg", text: "\xff\xd8\xff" },
  { type: "image/gif", text: "GIF87a" },
  { type: "image/gif", text: "GIF89a" },
  { type: "image/webp", text: "RIFF", also: (head) => head.startsWith("WEBP", 8) },
  { type: "audio/wav", text: "RIFF", also: (head) => head.startsWith("WAVE", 8) },
  { type: "image/avif", at: 4, text: "ftypavif" },
  { type: "image/heic", at: 4, text: "ftyphei" },
  { type: "audio/mp4", at: 4, text: "ftypM4A" },
  { type: "video/quicktime", at: 4, text: "ftypqt" },
  { type: "video/mp4", at: 4, text: "ftyp", also: (head) => head.startsWith("\0") },
  { type: "audio/mpeg", text: "ID3", also: (head) => (head[3] ?? " ") < "\x10" },
  {
    type: "audio/mpeg",
    text: "\xff",
    also: (head) => /^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/.test(head),
  },
  { type: "audio/ogg", text: "OggS\0" },
  { type: "audio/flac", text: "fLaC\0" },
  { type: "video/webm", text: "\x1aE\xdf\xa3" },
  { type: "application/pdf", text: "%PDF-" },
  { type: "application/zip", text: "PK\x03\x04" },
];

/** Text of any kind, markup included, which is never shown as anything else. */
export const PLAIN_TEXT = "text/plain";
/** Whatever is not known. */
export const UNKNOWN_TYPE = "application/octet-stream";

/** Control characters that no text has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const binary = /[\0-\x06\x0e-\x1a\x1c-\x1f]/;

/** UTF-8, but for a last character that the beginning may cut in two. */
const isText = (head: Uint8Array): boolean => {
  const text = new TextDecoder("utf-8").decode(head, { stream: true });
  return head.length > 0 && !binary.test(text) && !text.includes("\ufffd");
};

/** @param head the first bytes of the file, `MEDIA_BYTES` of them where it has so many */
export const mediaTypeOf = (head: Uint8Array): string => {
  const text = String.fromCharCode(...head.subarray(0, 64));
  const found = signatures.find(
    ({ at = 0, text: magic, also }) => text.startsWith(magic, at) && (also?.(text) ?? true),
  );
  return found?.type ?? (isText(head.subarray(0, MEDIA_BYTES)) ? PLAIN_TEXT : UNKNOWN_TYPE);
};
