// XML of a workbook → its elements as they come. A document type is refused: no entity is ever expanded or fetched.
import sax from "sax";
import { damagedEntry } from "../damaged-entry.ts";

export interface XmlHandler {
  /** @param name without its prefix */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Bytes that are read before what was found is passed on: a few of them may name a shared string each. */
const AT_ONCE = 8 * 1024;

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Attributes by their names as they are written, with their prefixes. */
const attributesOf = (tag: sax.Tag | sax.QualifiedTag): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tag.attributes).map(([name, value]) => [
      name,
      typeof value === "string" ? value : value.value,
    ]),
  );

const damaged = (cause?: unknown) => damagedEntry("it is no XML that a workbook holds", cause);

/** Elements of a workbook lie some ten deep, and have as many attributes. */
const DEEPEST = 64;
const MOST_ATTRIBUTES = 256;

/**
 * Calls the handler for everything that is in the bytes. Yields after each chunk, so that what was found can be passed on.
 * @throws ParlanceError rejected `damaged-entry`
 */
export async function* readXml(
  bytes: AsyncGenerator<Buffer>,
  handler: XmlHandler,
): AsyncGenerator<void> {
  const parser = sax.parser(true, { position: false });
  let failed: Error | undefined;
  parser.onerror = (error) => {
    failed ??= error;
  };
  parser.ondoctype = () => {
    failed ??= new Error("a document type");
  };
  let depth = 0;
  let attributes = 0;
  parser.onattribute = () => {
    attributes += 1;
    if (attributes > MOST_ATTRIBUTES) failed ??= new Error("too many attributes");
  };
  parser.onopentag = (tag) => {
    attributes = 0;
    depth += 1;
    if (depth > DEEPEST) failed ??= new Error("nested too deeply");
    handler.open?.(local(tag.name), attributesOf(tag));
  };
  parser.onclosetag = (name) => {
    depth -= 1;
    handler.close?.(local(name));
  };
  parser.ontext = (text) => handler.text?.(text);
  parser.oncdata = (text) => handler.text?.(text);
  const decoder = new TextDecoder("utf-8");
  const write = (text: string): void => {
    parser.write(text);
    if (failed) throw damaged(failed);
  };
  try {
    for await (const chunk of bytes)
      for (let at = 0; at < chunk.length; at += AT_ONCE) {
        write(decoder.decode(chunk.subarray(at, at + AT_ONCE), { stream: true }));
        yield;
      }
    write(decoder.decode());
    parser.close();
    if (failed) throw damaged(failed);
    yield;
  } finally {
    await bytes.return(undefined);
  }
}

/** Reads all of a small part at once. */
export const readWholeXml = async (
  bytes: AsyncGenerator<Buffer>,
  handler: XmlHandler,
): Promise<void> => {
  for await (const _ of readXml(bytes, handler));
};
