// A file of the upload, made ready to be read: its beginning known, its bytes in UTF-8.
import type { UploadFile } from "./archive.ts";
import { asUtf8, encodingOf } from "./encoding.ts";
import { peek } from "./file-bytes.ts";

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
  /** All bytes, in UTF-8. */
  readonly bytes: AsyncGenerator<Buffer>;
}

export const openText = async (file: UploadFile): Promise<TextFile> => {
  const { head: first, bytes } = await peek(file.bytes(), HEAD);
  const encoding = encodingOf(first);
  const { head, bytes: all } = await peek(asUtf8(bytes, encoding), HEAD);
  return { path: file.path, place: file.path, first, head: head.toString("utf8"), bytes: all };
};
