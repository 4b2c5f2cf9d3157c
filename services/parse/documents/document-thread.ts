// A thread that reads documents, one after the other: whoever wrote one may have made it to take all time or memory there is.
import { parentPort } from "node:worker_threads";
import type { DocumentText, DocumentWork } from "./document.ts";
import { docxText, isDocx } from "./docx-text.ts";
import { pdfText } from "./pdf-text.ts";

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
