// Files of plain rows, which FAISS opens too: as float32 ("Flat") or as float16 ("SQfp16"); read from any place, written in order.
import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { AnnError, type AnnRecipe, type RowStream } from "./ann.ts";
import { damaged, headerBytes, headerOf, readFully, readHeader } from "./faiss-file.ts";

/**
 * Behind the header (`faiss-file.ts`), as FAISS writes an IndexFlatIP:
 *
 *    37  length        uint64, number of float32 that follow
 *    45  the rows      float32 × d × ntotal
 *
 * and an IndexScalarQuantizer of float16:
 *
 *    37  qtype         int32, 4 = float16
 *    41  range         int32 and float32, not used by float16
 *    49  d, code_size  uint64 each: numbers and bytes of a row
 *    65  length        uint64, 0: nothing was trained
 *    73  length        uint64, number of bytes that follow
 *    81  the rows      float16 × d × ntotal
 */
const forms = {
  Flat: { fourcc: "IxFI", kind: "flat", offset: 45, numberBytes: 4 },
  SQfp16: { fourcc: "IxSQ", kind: "sq", offset: 81, numberBytes: 2 },
} as const;
const float16 = 4;

/** "SQfp16": half the bytes. Numbers of unit vectors are off by 0.00002 at most, similarities by about as much. */
export type RowForm = keyof typeof forms;

export const isRowForm = (factory: string): factory is RowForm => Object.hasOwn(forms, factory);

/** What stands between the header and the rows. */
function preambleOf(form: RowForm, { dim, rows }: Pick<RowStream, "dim" | "rows">): Buffer {
  const preamble = Buffer.alloc(forms[form].offset - headerBytes);
  if (form === "Flat") {
    preamble.writeBigUInt64LE(BigInt(rows) * BigInt(dim), 0);
    return preamble;
  }
  preamble.writeInt32LE(float16, 0);
  preamble.writeBigUInt64LE(BigInt(dim), 12);
  preamble.writeBigUInt64LE(BigInt(dim) * 2n, 20);
  preamble.writeBigUInt64LE(BigInt(rows) * BigInt(dim) * 2n, 36);
  return preamble;
}

/** The rows of an opened file, as float32. */
export class RowFile {
  readonly dim: number;
  readonly rows: number;
  readonly #file: FileHandle;
  readonly #form: (typeof forms)[RowForm];
  /** Where float16 are read to; float32 are read to where they are wanted. */
  #halves = new Float16Array(0);

  private constructor(
    file: FileHandle,
    { dim, rows }: Pick<AnnRecipe, "dim" | "rows">,
    form: (typeof forms)[RowForm],
  ) {
    this.#file = file;
    this.dim = dim;
    this.rows = rows;
    this.#form = form;
  }

  /** @throws AnnError "damaged" where the file is not a whole one of the expected form and shape, with nothing behind it */
  static async open(file: FileHandle, path: string, expected: AnnRecipe): Promise<RowFile> {
    const { factory, dim, rows } = expected;
    if (!isRowForm(factory)) throw new AnnError("engine", `“${factory}” is no file of plain rows.`);
    const form = forms[factory];
    const header = await readHeader(file, path);
    if (header.kind !== form.kind)
      throw damaged(path, `it holds a "${header.fourcc}" index where "${form.fourcc}" is expected`);
    if (header.dim !== dim || header.rows !== rows)
      throw damaged(
        path,
        `it holds ${header.rows} × ${header.dim} where ${rows} × ${dim} is expected`,
      );
    if (header.fileBytes < form.offset) throw damaged(path, "it ends inside its header");
    const wanted = preambleOf(factory, expected);
    const preamble = Buffer.alloc(wanted.length);
    await readFully(file, preamble, headerBytes);
    // FAISS may have written another range, which float16 does not use.
    if (factory === "SQfp16") wanted.copy(preamble, 4, 4, 12);
    if (!preamble.equals(wanted))
      throw damaged(path, `its lengths are not those of ${rows} × ${dim}`);
    const bytes = form.offset + rows * dim * form.numberBytes;
    if (header.fileBytes !== bytes)
      throw damaged(path, `it has ${header.fileBytes} bytes where ${bytes} are expected`);
    return new RowFile(file, expected, form);
  }

  /** Reads whole rows from `row` on until `into` is full. */
  async read(row: number, into: Float32Array): Promise<void> {
    const target = this.#target(into);
    await readFully(this.#file, bytesOf(target), this.#place(row));
    if (target !== into) into.set(target);
  }

  /** As `read`, at once: a page that was just verified is read in less time than another thread takes to be asked. */
  readNow(row: number, into: Float32Array): void {
    const target = this.#target(into);
    const bytes = bytesOf(target);
    if (readSync(this.#file.fd, bytes, 0, bytes.length, this.#place(row)) !== bytes.length)
      throw new AnnError("damaged", "A vector file ended before its last row.");
    if (target !== into) into.set(target);
  }

  /** Closes the file. */
  close(): void {
    // It was only read, so a failure to close it loses nothing.
    this.#file.close().catch(() => undefined);
  }

  #place(row: number): number {
    return this.#form.offset + row * this.dim * this.#form.numberBytes;
  }

  #target(into: Float32Array): Float32Array | Float16Array {
    if (this.#form.numberBytes === 4) return into;
    if (this.#halves.length < into.length) this.#halves = new Float16Array(into.length);
    return this.#halves.subarray(0, into.length);
  }
}

const bytesOf = (numbers: Float32Array | Float16Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** @throws AnnError "bad-rows" where a number is too large for float16 */
function halved(piece: Float32Array): Float16Array {
  const halves = new Float16Array(piece);
  if (!halves.every(Number.isFinite))
    throw new AnnError("bad-rows", "A number is too large: vectors are to have a length near 1.");
  return halves;
}

/** Writes the rows, over whatever was there, a piece at a time. Not fsynced. @throws AnnError "bad-rows" */
export async function writeRows(rows: RowStream, path: string, form: RowForm): Promise<void> {
  const header = headerOf(forms[form].fourcc, rows);
  const file = await open(path, "w");
  try {
    await writeFully(file, Buffer.concat([header, preambleOf(form, rows)]), 0);
    let at: number = forms[form].offset;
    for await (const piece of rows.pieces()) {
      const bytes = bytesOf(form === "Flat" ? piece : halved(piece));
      await writeFully(file, bytes, at);
      at += bytes.byteLength;
    }
  } finally {
    await file.close();
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await file.write(
      bytes,
      done,
      bytes.byteLength - done,
      position + done,
    );
    done += bytesWritten;
  }
}
