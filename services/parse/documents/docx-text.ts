// A DOCX document → the text of its paragraphs. Only the part that holds them is unpacked.
import { unzipSync } from "fflate";
import { readXml } from "../workbook/xml.ts";
import { documentLimits } from "./limits.ts";

const PART = "word/document.xml";

/** The paragraphs' part, unpacked; undefined where there is none, or it is too large. */
const partOf = (bytes: Uint8Array): Uint8Array | undefined =>
  unzipSync(bytes, {
    filter: ({ name, originalSize }) =>
      name === PART && originalSize <= documentLimits.unpackedBytes,
  })[PART];

async function* once(bytes: Uint8Array): AsyncGenerator<Buffer> {
  yield Buffer.from(bytes);
}

/** Whether a zip is such a document, by the names in it. */
export const isDocx = (bytes: Uint8Array): boolean => {
  let found = false;
  unzipSync(bytes, {
    filter: ({ name }) => {
      found ||= name === PART;
      return false;
    },
  });
  return found;
};

/** @throws ParlanceError rejected `damaged-entry`, or an Error of the unpacker */
export const docxText = async (bytes: Uint8Array): Promise<string> => {
  const part = partOf(bytes);
  if (part === undefined) return "";
  const paragraphs: string[] = [];
  let paragraph = "";
  let isText = false;
  for await (const _ of readXml(once(part), {
    open(name) {
      isText = name === "t";
      if (name === "tab") paragraph += "\t";
      if (name === "br") paragraph += "\n";
    },
    close(name) {
      isText = false;
      if (name !== "p") return;
      paragraphs.push(paragraph.trim());
      paragraph = "";
    },
    text(text) {
      if (isText) paragraph += text;
    },
  }));
  return paragraphs.filter((text) => text !== "").join("\n");
};
