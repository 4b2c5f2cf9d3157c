// Line ends of old Macs: a file in which lines end in returns alone is read as if they ended in newlines.

const RETURN = 0x0d;
const NEWLINE = 0x0a;

export const endsInReturns = (head: Buffer): boolean =>
  head.includes(RETURN) && !head.includes(NEWLINE);

const replaced = (chunk: Buffer): Buffer => {
  const copy = Buffer.from(chunk);
  for (let at = copy.indexOf(RETURN); at >= 0; at = copy.indexOf(RETURN, at + 1))
    copy[at] = NEWLINE;
  return copy;
};

/** A return cannot stand inside a text of JSON, where it is escaped, nor inside a line of a log. */
export async function* inNewlines(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield replaced(chunk);
}

export const headInNewlines = replaced;
