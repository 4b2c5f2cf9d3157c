// Joins the modules of the server, its workers and the command line into a few files: a server is six processes and threads that
// load 1,200 to 1,800 modules each, which is most of what its start costs, and of what a command costs (infra/decisions/0054).
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What is started as a process or as a thread, by the name of its file in the bundle. Each has a name of its own. */
const entries = {
  parlance: "cli/main.ts",
  worker: "workers/main.ts",
  "merge-main": "workers/merge-main.ts",
  "api-thread": "services/threads/api-thread.ts",
  "onnx-worker": "services/embed/onnx-worker.ts",
  "document-thread": "services/parse/documents/document-thread.ts",
  "neighbours-worker": "services/analyse/layout/neighbours-worker.ts",
  "integrity-main": "services/store/integrity-main.ts",
};
const nameOf = new Map(Object.entries(entries).map(([name, path]) => [path, name]));

/** Packages of many modules that are plain code; the others (native code, data beside the code, rarely used) are loaded from their folders. */
const joined =
  /[\\/]node_modules[\\/](?:kysely|zod|hono|@hono|@asteasolutions|openapi3-ts|jose|hyparquet|hyparquet-compressors|hysnappy|@tus|srvx|citty|nodemailer)[\\/]/;

/** Addresses that modules make of their own place: of an entry, its file in the bundle; of anything else, where it is in the sources. */
const places = {
  name: "places",
  transform(code, id) {
    const path = relative(root, id).split(sep).join("/");
    if (!code.includes("import.meta.") || path.startsWith("..") || path.startsWith("node_modules/"))
      return null;
    const source = JSON.stringify(`/../../${dirname(path)}`);
    const moved = code
      .replaceAll(/new URL\("\.\/([\w-]+\.ts)", import\.meta\.url\)/g, (whole, name) => {
        const entry = nameOf.get(`${dirname(path)}/${name}`);
        return entry === undefined ? whole : `new URL("./${entry}.js", __bundle)`;
      })
      .replaceAll("import.meta.dirname", `(__bundleFolder + ${source})`)
      .replaceAll("import.meta.url", `new URL("../../${path}", __bundle).href`)
      .replaceAll("__bundleFolder", "import.meta.dirname")
      .replaceAll("__bundle", "import.meta.url");
    // No line is added or removed.
    return { code: moved, map: null };
  },
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: bundle.js FOLDER, two levels below the root");
const bundle = await rolldown({
  input: Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [name, join(root, path)]),
  ),
  platform: "node",
  external: (id, _importer, isResolved) =>
    isResolved && id.includes("node_modules") && !joined.test(id),
  plugins: [places],
  logLevel: "silent",
});
await bundle.write({
  dir: folder,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  // Classes are told apart by their names in logs.
  keepNames: true,
});
await bundle.close();
