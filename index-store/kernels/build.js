// Compiles the kernels' AssemblyScript to kernels.wasm; the result is committed, so that only those who change the source need this.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = import.meta.dirname ?? fileURLToPath(new URL(".", import.meta.url));
const source = join(here, "assembly", "kernels.ts");
export const wasmPath = join(here, "kernels.wasm");

/** The WASM that the source compiles to: the same bytes every time for one version of the compiler. */
export async function compileKernels() {
  const { default: asc } = await import("assemblyscript/asc");
  const folder = await mkdtemp(join(tmpdir(), "parlance-kernels-"));
  try {
    const outFile = join(folder, "kernels.wasm");
    const { error, stderr } = await asc.main([
      source,
      "--outFile",
      outFile,
      "--baseDir",
      "/",
      "--enable",
      "simd",
      "--runtime",
      "stub",
      "--importMemory",
      "--noExportMemory",
      "--initialMemory",
      "1",
      "--optimizeLevel",
      "3",
      "--noAssert",
    ]);
    if (error)
      throw new Error(`The kernels do not compile:\n${stderr.toString()}`, { cause: error });
    return await readFile(outFile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wasm = await compileKernels();
  await writeFile(wasmPath, wasm);
  process.stdout.write(`${wasmPath}: ${wasm.byteLength} bytes\n`);
}
