// A PDF document → the text on its pages, page by page, as far as the limits go. No picture is looked at and no script is run.
import { getDocumentProxy } from "unpdf";
import { documentLimits } from "./limits.ts";

/** @throws Error where it is damaged, or a password is asked for */
export const pdfText = async (bytes: Uint8Array): Promise<string> => {
  const document = await getDocumentProxy(bytes, { verbosity: 0, stopAtErrors: false });
  const pages: string[] = [];
  let characters = 0;
  const last = Math.min(document.numPages, documentLimits.pages);
  for (let number = 1; number <= last && characters < documentLimits.characters; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = items
      .map((item) => ("str" in item ? `${item.str}${item.hasEOL ? "\n" : ""}` : ""))
      .join("");
    characters += text.length;
    pages.push(text.trim());
    page.cleanup();
  }
  return pages.filter((text) => text !== "").join("\n\n");
};
