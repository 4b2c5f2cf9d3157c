// A thread that reads documents, one after the other: whoever wrote one may have made it to take all time or memory there is.
import { parentPort } from "node:worker_threads";
import type { DocumentText } from "./documents.ts";
import { docxText, isDocx } from "./docx-text.ts";
import { pdfText } from "./pdf-text.ts";

/** What the thread is given. */
export interface DocumentWork {
  readonly bytes: Uint8Array;
  /** As the bytes say: PDF, or a zip, which may be a DOCX. */
  readonly mediaType: string;
}

const read = async ({ bytes, mediaType }: DocumentWork): Promise<DocumentText> => {
  try {
    if (mediaType === "application/pdf") return { kind: "text", text: await pdfText(bytes) };
    return isDocx(bytes) ? { kind: "text", text: await docxText(bytes) } : { kind: "none" };
  } catch {
    // Damaged, or locked by a password: what a library says about it would quote it.
    return { kind: "failed" };
  }
};

parentPort?.on("message", async (work: DocumentWork) => {
  parentPort?.postMessage(await read(work));
});
