// Compiles the FAISS binding with g++ against the system's FAISS; plain JavaScript, so that the machine's own Node can run it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
/** Every C++ file beside this script, in a fixed order. */
const sources = readdirSync(here)
  .filter((name) => /\.(cc|h)$/.test(name))
  .sort()
  .map((name) => join(here, name));
const folder = join(here, "build");
export const bindingPath = join(folder, "faiss.node");
const stampPath = join(folder, "faiss.stamp");

/** Exit codes of this script: 0 built or up to date, 3 something is missing on this machine, 4 the compiler failed. */
const exitCodes = { built: 0, current: 0, missing: 3, failed: 4 };

const compilerOf = () => process.env.CXX ?? "g++";

const includes = () => {
  const require = createRequire(import.meta.url);
  return [
    dirname(require.resolve("node-addon-api/package.json")),
    join(dirname(require.resolve("node-api-headers/package.json")), "include"),
  ];
};

/** Whether a program of one line compiles and links, which no look into folders could tell for every compiler. */
const links = (code, flags) =>
  spawnSync(
    compilerOf(),
    ["-x", "c++", "-std=c++17", "-fopenmp", "-", "-o", "/dev/null", ...flags],
    {
      input: code,
      encoding: "utf8",
    },
  ).status === 0;

/** OpenBLAS is tens of times faster than the reference BLAS at training. */
const blasFlags = () => {
  const call = 'extern "C" int sgemm_(...); int main() { return sgemm_ == nullptr; }';
  return [["-lopenblas"], ["-lblas", "-llapack"]].find((flags) => links(call, flags));
};

const findMissing = () => {
  if (process.platform !== "linux") return `building it on ${process.platform} is not supported`;
  if (spawnSync(compilerOf(), ["--version"]).status !== 0)
    return `${compilerOf()} is not installed`;
  if (!links("#include <faiss/Index.h>\nint main() { return 0; }", []))
    return "FAISS's headers are not installed (Debian: libfaiss-dev)";
  try {
    includes();
  } catch {
    return "the npm packages node-addon-api and node-api-headers are not installed";
  }
  return undefined;
};

/** Names what the build was made from: every source by its name and bytes, this script, the compiler. */
const stamp = () => {
  const hash = createHash("sha256");
  for (const path of [...sources, fileURLToPath(import.meta.url)])
    hash.update(`${basename(path)}\0`).update(readFileSync(path));
  return hash.update(`${process.arch} ${compilerOf()}`).digest("hex");
};

const compile = (target) => {
  const blas = blasFlags();
  if (blas === undefined)
    return { status: "missing", reason: "no BLAS is installed (Debian: libopenblas-dev)" };
  const { status, stderr } = spawnSync(
    compilerOf(),
    [
      "-shared",
      "-fPIC",
      "-O2",
      "-std=c++17",
      "-fopenmp",
      "-fvisibility=hidden",
      "-DNAPI_VERSION=8",
      "-DNAPI_CPP_EXCEPTIONS",
      ...includes().map((path) => `-I${path}`),
      ...sources.filter((path) => path.endsWith(".cc")),
      "-o",
      target,
      "-lfaiss",
      ...blas,
      // Hides FAISS's own symbols, so that another copy of FAISS in the process does not use them.
      "-Wl,--exclude-libs,ALL",
    ],
    { encoding: "utf8" },
  );
  if (status === 0) return { status: "built" };
  const line = stderr.split("\n").find((text) => /error|cannot find|undefined/.test(text));
  return { status: "failed", reason: line ?? `${compilerOf()} ended with ${status}` };
};

/**
 * Builds the binding where it is not up to date. Never throws for a lack on this machine.
 * @returns {{ status: "built" | "current" | "missing" | "failed", reason?: string }} with one sentence where it is not usable
 */
export function buildBinding() {
  const wanted = stamp();
  if (
    existsSync(bindingPath) &&
    existsSync(stampPath) &&
    readFileSync(stampPath, "utf8") === wanted
  )
    return { status: "current" };
  const missing = findMissing();
  if (missing !== undefined) return { status: "missing", reason: missing };
  mkdirSync(folder, { recursive: true });
  // Under another name first: two builds at once do not disturb each other, and a process that has the old one loaded keeps it.
  const target = join(folder, `faiss.${process.pid}.tmp`);
  const result = compile(target);
  if (result.status === "built") {
    renameSync(target, bindingPath);
    writeFileSync(stampPath, wanted);
  } else rmSync(target, { force: true });
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { status, reason } = buildBinding();
  const said = { built: "built", current: "up to date", missing: "not built", failed: "not built" };
  process.stdout.write(
    `FAISS binding: ${said[status]}${reason === undefined ? "" : `: ${reason}`}\n`,
  );
  process.exitCode = exitCodes[status];
}
