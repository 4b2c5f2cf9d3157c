// What the beginning of a file says of its format: the version that wrote it, and what the format was told by.
import type { SourceKind } from "#services/domain/conversation.ts";
import type { FormatEvent } from "./events.ts";

/** Where files name a version: of the format itself, or of the program that wrote them. */
const versions: Partial<Record<SourceKind, RegExp>> = {
  "claude-code": /"version"\s*:\s*"(\d[\w.+-]{0,40})"/,
  codex: /"cli_version"\s*:\s*"(\d[\w.+-]{0,40})"/,
  mattermost: /"type"\s*:\s*"version"\s*,\s*"version"\s*:\s*"?(\d{1,9})/,
};

const byLayout: ReadonlySet<SourceKind> = new Set([
  "irc",
  "whatsapp",
  "line",
  "kakaotalk",
  "cursor",
  "table",
  "captions",
  "mail",
]);

const toldBy = (source: SourceKind, head: string): FormatEvent["toldBy"] => {
  if (source === "transcript") return "guess";
  // Signal's chats come as records, and as lines of text like WhatsApp's.
  const isText = source === "signal" && !head.trimStart().startsWith("{");
  return isText || byLayout.has(source) ? "layout" : "structure";
};

const versionOf = (
  source: SourceKind,
  { path, head }: { readonly path: string; readonly head: string },
): string | null => {
  if (source === "chatgpt" && /(?:^|\/)conversations-\d+\.json$/.test(path)) return "in parts";
  if (source === "captions") return head.trimStart().startsWith("WEBVTT") ? "WebVTT" : "SRT";
  return versions[source]?.exec(head)?.[1] ?? null;
};

/** @param file its beginning, and its path in the upload */
export const kindOf = (
  source: SourceKind,
  file: { readonly path: string; readonly head: string },
): Pick<FormatEvent, "version" | "toldBy"> => ({
  version: versionOf(source, file),
  toldBy: toldBy(source, file.head),
});
