// The body of a mail → its words and its files: parts of MIME, transfer encodings, HTML where there is no text, quoted text folded.
import type { Attachment } from "#services/domain/conversation.ts";
import { htmlText } from "../html-text.ts";
import { decodedWords, type Headers, headersOf, inCharset, quotedPrintable } from "./header.ts";

export interface Body {
  readonly text: string;
  readonly files: readonly Attachment[];
}

/** Parts nest a few levels; deeper ones are no mail. */
const DEEPEST = 10;

const parameter = (value: string, name: string): string | null => {
  const match = new RegExp(
    String.raw`;\s*${name}\*?(?:0\*?)?\s*=\s*(?:"([^"]*)"|([^;\s]+))`,
    "i",
  ).exec(value);
  if (!match) return null;
  const text = (match[1] ?? match[2] ?? "").replace(/^[\w-]*'[\w-]*'/, "");
  try {
    return decodedWords(text.includes("%") ? decodeURIComponent(text) : text);
  } catch {
    // A name with a plain percent sign.
    return text;
  }
};

/** @param text one character a byte */
const bytesOf = (text: string, encoding: string): Buffer => {
  if (encoding === "base64") return Buffer.from(text, "base64");
  if (encoding === "quoted-printable") return quotedPrintable(text, true);
  return Buffer.from(text, "latin1");
};

const splitHead = (text: string): { readonly headers: Headers; readonly rest: string } => {
  const lines = text.split("\n");
  const end = lines.indexOf("");
  return end < 0
    ? { headers: headersOf(lines), rest: "" }
    : { headers: headersOf(lines.slice(0, end)), rest: lines.slice(end + 1).join("\n") };
};

const partsOf = (text: string, boundary: string): string[] => {
  const parts: string[] = [];
  let part: string[] | undefined;
  for (const line of text.split("\n")) {
    const isMark = line.startsWith(`--${boundary}`);
    if (isMark) {
      if (part) parts.push(part.join("\n"));
      part = line.startsWith(`--${boundary}--`) ? undefined : [];
    } else part?.push(line);
  }
  if (part) parts.push(part.join("\n"));
  return parts;
};

const joined = (bodies: readonly Body[]): Body => ({
  text: bodies
    .map(({ text }) => text)
    .filter((text) => text !== "")
    .join("\n\n"),
  files: bodies.flatMap(({ files }) => files),
});

const multipart = (type: string, text: string, depth: number): Body => {
  const boundary = parameter(type, "boundary");
  if (boundary === null) return { text, files: [] };
  const bodies = partsOf(text, boundary).map((part) => {
    const { headers, rest } = splitHead(part);
    return {
      isHtml: /^text\/html/i.test(headers.get("content-type") ?? ""),
      body: bodyOf(headers, rest, depth + 1),
    };
  });
  if (!/^multipart\/alternative/i.test(type)) return joined(bodies.map(({ body }) => body));
  // The same words several times: the plain ones are read.
  const said = bodies.find(({ isHtml, body }) => !isHtml && body.text !== "") ?? bodies[0];
  return { text: said?.body.text ?? "", files: bodies.flatMap(({ body }) => body.files) };
};

/** @param raw the body, one character a byte, lines ending in \n */
export const bodyOf = (headers: Headers, raw: string, depth = 0): Body => {
  const type = headers.get("content-type") ?? "text/plain";
  const encoding = (headers.get("content-transfer-encoding") ?? "").trim().toLowerCase();
  if (/^multipart\//i.test(type) && depth < DEEPEST) return multipart(type, raw, depth);
  const disposition = headers.get("content-disposition") ?? "";
  const name = parameter(disposition, "filename") ?? parameter(type, "name");
  const isText = /^text\/(?:plain|html)/i.test(type);
  if (!isText || /^attachment/i.test(disposition)) {
    const mediaType = type.split(";", 1)[0]?.trim() || null;
    const content = bytesOf(raw, encoding);
    const file = { name: name ?? mediaType ?? "file", mediaType, size: content.length, content };
    return { text: "", files: [file] };
  }
  const text = inCharset(bytesOf(raw, encoding), parameter(type, "charset"));
  return { text: (/^text\/html/i.test(type) ? htmlText(text) : text).trim(), files: [] };
};

const attribution =
  /^(?:On|Am|Le|El|Il|Op|Den|Em|W dniu)\b.{4,200}(?:wrote|schrieb|écrit|escribió|scritto|schreef|skrev|escreveu|napisał\(?a?\)?)(?:\s.{1,200})?\s*:\s*$|^.{1,120}(?:writes|wrote|schrieb|написал):\s*$/iu;

/** Who wrote what follows, in the line before it, or in the one before an empty line. */
const dropAttribution = (out: string[]): void => {
  const at = out.at(-1) === "" ? out.length - 2 : out.length - 1;
  if (attribution.test(out[at] ?? "")) out.splice(at);
};

/** Quoted lines stand for what the mail answers, which is a message of its own: their number stays. */
export const folded = (text: string): string => {
  const out: string[] = [];
  let quoted = 0;
  const flush = () => {
    if (quoted === 0) return;
    out.push(`[${quoted} quoted ${quoted === 1 ? "line" : "lines"}]`);
    quoted = 0;
  };
  for (const line of text.split("\n")) {
    if (/^\s{0,2}>/.test(line)) {
      if (quoted === 0) dropAttribution(out);
      quoted += 1;
    } else {
      flush();
      out.push(line);
    }
  }
  flush();
  return out.join("\n").trim();
};
