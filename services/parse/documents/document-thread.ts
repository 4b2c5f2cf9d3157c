// A thread that reads one document and ends: whoever wrote it may have made it to take all time or memory there is.
import { parentPort, workerData } from "node:worker_threads";
import { docxText, isDocx } from "./docx-text.ts";
import { pdfText } from "./pdf-text.ts";

/** What the thread is given. */
export interface DocumentWork {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

const { bytes, mediaType } = workerData as DocumentWork;
const text =
  mediaType === "application/pdf"
    ? await pdfText(bytes)
    : isDocx(bytes)
      ? await docxText(bytes)
      : undefined;
parentPort?.postMessage(text);
