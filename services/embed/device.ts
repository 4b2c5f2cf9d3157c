// Embedding on a GPU: few shapes, because ONNX Runtime keeps memory for each one it meets, and batches as large as the device's memory.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { BatchBudget } from "./batches.ts";

const run = promisify(execFile);

/** Everything but "cpu" computes on a device of its own. */
export const isDevice = (provider: string): boolean => provider !== "cpu";

/** Narrower rows than this are not worth a shape of their own. */
const LEAST_WIDTH = 16;

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, least)));

/**
 * The shape in which a batch is run: rows and width rounded up to powers of two, so that a model with 512 tokens meets at most six
 * widths (onnxruntime#24376: memory grows with each new shape, and is not given back).
 * @param most tokens that the model reads: a width is never more
 */
export const bucketOf = (
  { rows, width }: { readonly rows: number; readonly width: number },
  most: number,
): { readonly rows: number; readonly width: number } => ({
  rows: powerOfTwo(rows),
  width: Math.min(most, powerOfTwo(Math.max(LEAST_WIDTH, width))),
});

/** Where a device does not say how much it has: what fits in 4 GB. */
const UNKNOWN_BYTES = 4 * 2 ** 30;
/** Bytes that a token takes while a model of 24 layers runs, weights included: a generous guess, for there is room for both. */
const BYTES_A_TOKEN = 2 ** 20;
/** Attention keeps a number for each pair of tokens of a row, in each of 16 heads. */
const BYTES_A_PAIR = 4 * 16;

/** @param bytes of the device's memory; undefined where it does not say */
export const deviceBudget = (bytes: number | undefined): BatchBudget => {
  const half = (bytes ?? UNKNOWN_BYTES) / 2;
  const tokens = 2 ** Math.floor(Math.log2(half / BYTES_A_TOKEN));
  return {
    tokens: Math.min(65_536, Math.max(1024, tokens)),
    squares: Math.floor(half / BYTES_A_PAIR),
  };
};

/** Bytes of the first NVIDIA device's memory; undefined where there is none, or no `nvidia-smi`. */
export const deviceMemory = async (): Promise<number | undefined> => {
  try {
    const { stdout } = await run(
      "nvidia-smi",
      ["--query-gpu=memory.total", "--format=csv,noheader,nounits"],
      { timeout: 5000 },
    );
    const megabytes = Number.parseInt(stdout, 10);
    return megabytes > 0 ? megabytes * 2 ** 20 : undefined;
  } catch {
    return undefined;
  }
};
