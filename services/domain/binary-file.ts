// Files that hold no chat log, told from their first bytes: pictures, sound, video, documents, databases, programs, and
// archives that are not unpacked.
import { rejected } from "./errors.ts";

/** So many bytes of the beginning are enough to tell. */
export const TELLING_BYTES = 512;

type Group = "media" | "document" | "database" | "program" | "archive";

export interface BinaryKind {
  /** For people: “a PNG picture”. */
  readonly name: string;
  readonly group: Group;
}

/** What stands at `at` in the file, as Latin-1 text; `also` where this alone could begin a text. */
interface Signature extends BinaryKind {
  readonly at?: number;
  readonly text: string;
  readonly also?: (head: string) => boolean;
}

const signatures: readonly Signature[] = [
  { group: "media", name: "a PNG picture", text: "\x89PNG\r\n\x1a\n" },
  { group: "media", name: "a JPEG picture", text: "\xff\xd8\xff" },
  { group: "media", name: "a GIF picture", text: "GIF87a" },
  { group: "media", name: "a GIF picture", text: "GIF89a" },
  { group: "media", name: "a TIFF picture", text: "II*\0" },
  { group: "media", name: "a TIFF picture", text: "MM\0*" },
  // "RIFF" and "BM" may begin a line of a log: the bytes after them tell.
  {
    group: "media",
    name: "a WebP picture",
    text: "RIFF",
    also: (head) => head.startsWith("WEBP", 8),
  },
  {
    group: "media",
    name: "a WAV recording",
    text: "RIFF",
    also: (head) => head.startsWith("WAVE", 8),
  },
  {
    group: "media",
    name: "an AVI video",
    text: "RIFF",
    also: (head) => head.startsWith("AVI ", 8),
  },
  {
    group: "media",
    name: "a BMP picture",
    text: "BM",
    also: (head) => head.startsWith("\0\0\0\0", 6),
  },
  { group: "media", name: "a HEIC picture", at: 4, text: "ftyphei" },
  { group: "media", name: "an AVIF picture", at: 4, text: "ftypavif" },
  { group: "media", name: "an M4A recording", at: 4, text: "ftypM4A" },
  { group: "media", name: "a QuickTime video", at: 4, text: "ftypqt" },
  {
    group: "media",
    name: "an MP4 video",
    at: 4,
    text: "ftyp",
    also: (head) => head.startsWith("\0"),
  },
  {
    group: "media",
    name: "an MP3 recording",
    text: "ID3",
    also: (head) => (head[3] ?? " ") < "\x10",
  },
  { group: "media", name: "an MP3 recording", text: "\xff\xfb" },
  { group: "media", name: "an Ogg recording", text: "OggS\0" },
  { group: "media", name: "a FLAC recording", text: "fLaC\0" },
  { group: "media", name: "a Matroska or WebM video", text: "\x1aE\xdf\xa3" },
  { group: "document", name: "a PDF document", text: "%PDF-" },
  { group: "document", name: "an RTF document", text: "{\\rtf" },
  {
    group: "document",
    name: "a document of an older Office, or an Outlook message",
    text: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
  },
  { group: "database", name: "an Outlook mailbox", text: "!BDN" },
  { group: "database", name: "an Arrow table", text: "ARROW1\0" },
  {
    group: "program",
    name: "a Windows program",
    text: "MZ",
    also: (head) => head.slice(0, 64).includes("\0\0\0"),
  },
  { group: "program", name: "a Linux program", text: "\x7fELF" },
  { group: "program", name: "a macOS program", text: "\xcf\xfa\xed\xfe" },
  { group: "program", name: "a macOS program or a Java class", text: "\xca\xfe\xba\xbe" },
  { group: "program", name: "a WebAssembly program", text: "\0asm" },
  { group: "archive", name: "7z", text: "7z\xbc\xaf\x27\x1c" },
  { group: "archive", name: "rar", text: "Rar!\x1a\x07" },
  { group: "archive", name: "xz", text: "\xfd7zXZ\0" },
  { group: "archive", name: "zstd", text: "\x28\xb5\x2f\xfd" },
  { group: "archive", name: "bzip2", text: "BZh", also: (head) => /^BZh[1-9]1AY&SY/.test(head) },
];

/** What the bytes begin; undefined where they may be a chat log, or an archive of a kind that is unpacked. */
export const binaryKind = (head: Uint8Array): BinaryKind | undefined => {
  const text = String.fromCharCode(...head.subarray(0, TELLING_BYTES));
  return signatures.find(
    ({ at = 0, text: magic, also }) => text.startsWith(magic, at) && (also?.(text) ?? true),
  );
};

const hints: Readonly<Record<Group, string>> = {
  media:
    "What is said in pictures, sound and video is not read. Send the export of the conversations: JSON, JSONL, an IRC log, or a .zip, .tar.gz or .gz of them.",
  document:
    "Documents are not read. Send the conversations as their program exports them: JSON, JSONL, an IRC log, or a .zip, .tar.gz or .gz of them.",
  database:
    "Databases are not read. Export the conversations from the program that it belongs to: JSON, JSONL, an IRC log, or a .zip, .tar.gz or .gz of them.",
  program:
    "Send an export of conversations: JSON, JSONL, an IRC log, or a .zip, .tar.gz or .gz of them.",
  archive: "Send a .zip, .tar.gz or .gz, or the files themselves.",
};

/**
 * @param head the first bytes of the file, `TELLING_BYTES` of them where it has so many
 * @throws ParlanceError rejected `binary-file` | `archive-kind` (415) where they show that no chat log is in it
 */
export const refuseBinary = (filename: string, head: Uint8Array): void => {
  const kind = binaryKind(head);
  if (kind === undefined) return;
  const isArchive = kind.group === "archive";
  throw rejected(
    isArchive
      ? `${JSON.stringify(filename)} is an archive of the kind ${kind.name}, which is not read.`
      : `${JSON.stringify(filename)} is ${kind.name}, not a chat log.`,
    { code: isArchive ? "archive-kind" : "binary-file", status: 415, hint: hints[kind.group] },
  );
};
