// The text of a document that is attached to a message: PDF and DOCX in a thread that can be stopped, plain text at once.
import { Worker } from "node:worker_threads";
import { PLAIN_TEXT } from "#services/domain/media-type.ts";
import type { DocumentText, DocumentWork } from "./document.ts";
import { documentLimits } from "./limits.ts";

/** Types of files in which text is looked for. A zip may be a DOCX. */
const withText: ReadonlySet<string> = new Set([PLAIN_TEXT, "application/pdf", "application/zip"]);

/** Whether a file of this type and size is worth being asked for its text. */
export const mayHoldText = (mediaType: string, size: number): boolean =>
  withText.has(mediaType) && size <= documentLimits.bytes;

/** Reads documents until it is closed. */
export interface DocumentReader extends AsyncDisposable {
  /**
   * One at a time.
   * @param file its bytes, and its type as they say
   * @returns at most `documentLimits.characters` of text
   */
  read(file: DocumentWork, signal: AbortSignal): Promise<DocumentText>;
}

const startThread = (): Worker => {
  const thread = new Worker(new URL("./document-thread.ts", import.meta.url), {
    name: "document",
    resourceLimits: { maxOldGenerationSizeMb: documentLimits.memoryMb },
    // What a library writes about a document would quote it.
    stdout: true,
    stderr: true,
  });
  thread.stdout.resume();
  thread.stderr.resume();
  thread.unref();
  return thread;
};

/** What the thread answers; "stopped" where it takes too much or nobody waits any more: it is of no use then. */
const answerOf = async (
  thread: Worker,
  work: DocumentWork,
  signal: AbortSignal,
): Promise<DocumentText | "stopped"> => {
  const { promise, resolve } = Promise.withResolvers<DocumentText | "stopped">();
  const stop = () => resolve("stopped");
  const most = process.memoryUsage.rss() + documentLimits.growthBytes;
  const timer = setTimeout(stop, documentLimits.milliseconds);
  const looking = setInterval(() => {
    if (process.memoryUsage.rss() > most) stop();
  }, documentLimits.lookMs);
  thread.on("message", resolve).on("error", stop).on("exit", stop);
  signal.addEventListener("abort", stop, { once: true });
  try {
    thread.postMessage(work);
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(looking);
    signal.removeEventListener("abort", stop);
    thread.off("message", resolve).off("error", stop).off("exit", stop);
  }
};

/** The thread starts with the first document that needs it, and again after one that had to be stopped. */
export const openDocumentReader = (): DocumentReader => {
  let thread: Worker | undefined;
  const end = async () => {
    const last = thread;
    thread = undefined;
    await last?.terminate();
  };
  const inThread = async (work: DocumentWork, signal: AbortSignal): Promise<DocumentText> => {
    thread ??= startThread();
    const answer = await answerOf(thread, work, signal);
    if (answer !== "stopped") return answer;
    await end();
    return { kind: "failed" };
  };
  return {
    async read(file, signal) {
      const { bytes, mediaType } = file;
      if (!mayHoldText(mediaType, bytes.length)) return { kind: "none" };
      const read: DocumentText =
        mediaType === PLAIN_TEXT
          ? { kind: "text", text: new TextDecoder("utf-8").decode(bytes) }
          : await inThread(file, signal);
      if (read.kind !== "text") return read;
      const text = read.text.slice(0, documentLimits.characters).toWellFormed().trim();
      return text === "" ? { kind: "none" } : { kind: "text", text };
    },
    [Symbol.asyncDispose]: end,
  };
};
