// The headers of a mail → names and values: folded lines joined, encoded words decoded, addresses, ids and dates told apart.
import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import { type Millis, millis } from "#services/domain/units.ts";

export type Headers = ReadonlyMap<string, string>;

const charsetOf = (name: string): string => {
  const plain = name.replace(/\*.*$/, "").trim();
  return iconv.encodingExists(plain) ? plain : "windows-1252";
};

/** Bytes in a charset that the mail names; what it does not know is read as Windows-1252. */
export const inCharset = (bytes: Buffer, charset: string | null): string => {
  // A file that was in another encoding as a whole is UTF-8 by now, whatever its mails say.
  if (isUtf8(bytes) && bytes.some((byte) => byte >= 0x80)) return bytes.toString("utf8");
  return iconv.decode(bytes, charset === null ? "utf8" : charsetOf(charset));
};

/** `=C3=B8` and `_` for a blank; @param soft whether `=` at the end of a line joins it with the next */
export const quotedPrintable = (text: string, soft: boolean): Buffer => {
  const joined = soft ? text.replaceAll(/=[ \t]*\r?\n/g, "") : text.replaceAll("_", " ");
  return Buffer.from(
    joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    ),
    "latin1",
  );
};

const word = String.raw`=\?([^?\s]{1,40})\?([bBqQ])\?([^?\s]{0,2000})\?=`;
const encodedWord = new RegExp(word, "g");
const encodedWords = new RegExp(`(?:${word.replaceAll("(", "(?:")})+`, "g");

/** Words that follow each other: some programs cut between the bytes of one letter. */
const decodedRun = (run: string): string => {
  const parts: { readonly charset: string; readonly bytes: Buffer[] }[] = [];
  for (const [, charset = "", how = "", text = ""] of run.matchAll(encodedWord)) {
    const bytes =
      how.toLowerCase() === "b" ? Buffer.from(text, "base64") : quotedPrintable(text, false);
    const last = parts.at(-1);
    if (last?.charset === charset.toLowerCase()) last.bytes.push(bytes);
    else parts.push({ charset: charset.toLowerCase(), bytes: [bytes] });
  }
  return parts.map(({ charset, bytes }) => inCharset(Buffer.concat(bytes), charset)).join("");
};

/** `=?utf-8?q?Bj=C3=B8rn?=` → `Bjørn`; blanks between two encoded words are none. */
export const decodedWords = (value: string): string =>
  value.replaceAll(/(\?=)\s+(?==\?)/g, "$1").replaceAll(encodedWords, decodedRun);

/** @param lines without their line ends, up to the empty one; of a header that occurs twice the first is taken */
export const headersOf = (lines: readonly string[]): Headers => {
  const headers = new Map<string, string>();
  const unfolded: string[] = [];
  for (const line of lines)
    if (/^[ \t]/.test(line) && unfolded.length > 0)
      unfolded.push(`${unfolded.pop() ?? ""} ${line.trim()}`);
    else unfolded.push(line);
  for (const line of unfolded) {
    const [, name = "", value = ""] = /^([!-9;-~]{1,100}):\s*(.*)$/s.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key !== "" && !headers.has(key)) headers.set(key, value);
  }
  return headers;
};

export interface Sender {
  readonly name: string;
  /** The address, in lower case. */
  readonly address: string | null;
}

const addressIn = (text: string): string | null =>
  /[^\s<>"(),;:]{1,100}@[^\s<>"(),;:]{1,200}/.exec(text)?.[0]?.toLowerCase() ?? null;

const LONGEST_SENDER = 1000;

/** `Ann <a@x.org>`, `a@x.org (Ann)`, and `a at x.org (Ann)` of lists' archives. */
export const senderIn = (value: string): Sender => {
  const text = decodedWords(value.slice(0, LONGEST_SENDER)).trim();
  const hidden = /^([^\s()<>]{1,100}) at ([^\s()<>]{1,200})(?=\s|$)/.exec(text);
  const address = hidden ? `${hidden[1]}@${hidden[2]}`.toLowerCase() : addressIn(text);
  const [, comment] = /\(([^()]{1,200})\)\s*$/.exec(text) ?? [];
  const [, display] = /^"?([^"<]{1,200}?)"?\s*</.exec(text) ?? [];
  const name = (display ?? comment ?? "").trim();
  return { name: name === "" ? (address ?? (text || "Unknown")) : name, address };
};

/** The ids in a header, without their angle brackets, in order. */
export const idsIn = (value: string | undefined): string[] =>
  [...(value ?? "").matchAll(/<([^<>\s]{1,500})>/g)].map(([, id = ""]) => id);

const LONGEST_DATE = 100;

/** @returns undefined where it is no date between 1980 and 2100 */
export const dateIn = (value: string | undefined): Millis | undefined => {
  const at = Date.parse((value ?? "").slice(0, LONGEST_DATE).replace(/\s*\([^()]*\)\s*$/, ""));
  return at >= Date.UTC(1980, 0, 1) && at < Date.UTC(2100, 0, 1) ? millis(at) : undefined;
};

const LONGEST_SUBJECT = 500;

/** `Re: [list] pumps` → `pumps`: what a thread has in common. */
export const bareSubject = (subject: string): string => {
  let bare = subject.trim().slice(0, LONGEST_SUBJECT);
  for (;;) {
    const next = bare.replace(
      /^(?:(?:re|aw|sv|vs|antw|fwd?|wg|tr)(?:\[\d+\])?\s*:|\[[^\]]{1,60}\])\s*/i,
      "",
    );
    if (next === bare) return bare;
    bare = next;
  }
};
