// A file of the upload, made ready to be read: its beginning known, its bytes in UTF-8.
import type { UploadFile } from "./archive.ts";
import type { FilePlace, Middle } from "./checkpoint.ts";
import { isDamagedEntry } from "./damaged-entry.ts";
import { asUtf8, encodingOf } from "./encoding.ts";
import { peek } from "./file-bytes.ts";
import { endsInReturns, headInNewlines, inNewlines } from "./old-line-ends.ts";
import type { Reading } from "./reading.ts";

/** Long enough for the first record of every format: a conversation's own fields come before its messages. */
const HEAD = 256 * 1024;

export interface TextFile {
  readonly path: string;
  /** For messages to people: the path, with the archive's name left out. */
  readonly place: string;
  /** The first bytes as they are. */
  readonly first: Buffer;
  /** The first bytes as text. */
  readonly head: string;
  /** All bytes, in UTF-8; from `begin` on where that is given. */
  readonly bytes: AsyncGenerator<Buffer>;
  /** Where reading failed within the first bytes: `bytes` ends with it. */
  readonly error: Error | undefined;
  /** Where an earlier reading of it is gone on with. */
  readonly begin?: FilePlace | undefined;
  /** From where the bytes from this one on can be had again; absent where that cannot be told. */
  readonly middle?: (at: number) => Middle | undefined;
  /** Lets go of the file, read to its end or not. */
  readonly close: () => Promise<void>;
}

async function* counted(bytes: AsyncGenerator<Buffer>, reading: Reading): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    reading.gave(chunk.length);
    yield chunk;
  }
}

/** @param begin where an earlier reading of it is gone on with */
export const openText = async (
  file: UploadFile,
  reading: Reading,
  begin?: FilePlace,
): Promise<TextFile> => {
  const raw = await peek(counted(file.bytes(), reading), HEAD);
  try {
    const encoding = encodingOf(raw.head);
    const text = await peek(asUtf8(raw.bytes, encoding), HEAD);
    const old = endsInReturns(text.head);
    const { middle } = file;
    const rest = begin && middle ? counted(middle.from(begin.bytes), reading) : undefined;
    // Places in the text are places in the file only where nothing is converted.
    const isPlain = encoding.name === null && encoding.skip === 0 && !old;
    return {
      path: file.path,
      place: file.path,
      first: raw.head,
      head: (old ? headInNewlines(text.head) : text.head).toString("utf8"),
      bytes: rest ?? (old ? inNewlines(text.bytes) : text.bytes),
      error: text.error,
      begin,
      ...(middle && isPlain && { middle: (at: number) => middle.find(at) }),
      async close() {
        await rest?.return(undefined);
        await text.close();
        await raw.close();
      },
    };
  } catch (error) {
    await raw.close();
    throw error;
  }
};

/** A damaged file's head is empty: it is reported when its turn comes. */
export const headOf = async (file: UploadFile, reading: Reading): Promise<string> => {
  try {
    const { head, close } = await openText(file, reading);
    await close();
    return head;
  } catch (error) {
    if (isDamagedEntry(error)) return "";
    throw error;
  }
};
