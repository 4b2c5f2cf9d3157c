// The text of a document that is attached to a message: PDF and DOCX in a thread that can be stopped, plain text at once.
import { Worker } from "node:worker_threads";
import { PLAIN_TEXT } from "#services/domain/media-type.ts";
import type { DocumentWork } from "./document-thread.ts";
import { documentLimits } from "./limits.ts";

/** Types of files in which text is looked for. A zip may be a DOCX. */
const withText: ReadonlySet<string> = new Set([PLAIN_TEXT, "application/pdf", "application/zip"]);

/** Whether a file of this type and size is worth being asked for its text. */
export const mayHoldText = (mediaType: string, size: number): boolean =>
  withText.has(mediaType) && size <= documentLimits.bytes;

/** `none`: a file of another kind · `failed`: damaged, locked by a password, or beyond the limits. */
export type DocumentText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "none" }
  | { readonly kind: "failed" };

const inThread = async (work: DocumentWork, signal: AbortSignal): Promise<DocumentText> => {
  const { promise, resolve } = Promise.withResolvers<DocumentText>();
  const thread = new Worker(new URL("./document-thread.ts", import.meta.url), {
    workerData: work,
    name: "document",
    resourceLimits: { maxOldGenerationSizeMb: documentLimits.memoryMb },
    // What a library writes about a document would quote it.
    stdout: true,
    stderr: true,
  });
  thread.stdout.resume();
  thread.stderr.resume();
  thread.on("message", (text: string | undefined) =>
    resolve(text === undefined ? { kind: "none" } : { kind: "text", text }),
  );
  thread.on("error", () => resolve({ kind: "failed" }));
  thread.on("exit", () => resolve({ kind: "failed" }));
  const stop = () => resolve({ kind: "failed" });
  const timer = setTimeout(stop, documentLimits.milliseconds);
  const most = process.memoryUsage.rss() + documentLimits.growthBytes;
  const looking = setInterval(() => {
    if (process.memoryUsage.rss() > most) stop();
  }, documentLimits.lookMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(looking);
    signal.removeEventListener("abort", stop);
    await thread.terminate();
  }
};

/**
 * @param file its bytes, and its type as they say
 * @returns at most `documentLimits.characters` of text
 */
export const readDocument = async (
  file: DocumentWork,
  signal: AbortSignal,
): Promise<DocumentText> => {
  const { bytes, mediaType } = file;
  if (!mayHoldText(mediaType, bytes.length)) return { kind: "none" };
  const read: DocumentText =
    mediaType === PLAIN_TEXT
      ? { kind: "text", text: new TextDecoder("utf-8").decode(bytes) }
      : await inThread(file, signal);
  if (read.kind !== "text") return read;
  const text = read.text.slice(0, documentLimits.characters).toWellFormed().trim();
  return text === "" ? { kind: "none" } : { kind: "text", text };
};
