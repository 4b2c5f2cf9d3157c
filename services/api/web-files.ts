// The web app's built files: found safely, compressed once, cached for ever where their name holds a hash.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Context } from "hono";
import { appSections, sectionOf } from "#services/contract/app-addresses.ts";

const types: ReadonlyMap<string, string> = new Map<string, string>([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".json", "application/json"],
  [".webmanifest", "application/manifest+json"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".ico", "image/x-icon"],
  [".woff2", "font/woff2"],
  [".txt", "text/plain; charset=utf-8"],
  [".map", "application/json"],
]);
const compressible = /^(?:text|application\/json|application\/manifest|image\/svg)/u;
const MIN_COMPRESSED = 1024;

interface WebFile {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  readonly modified: number;
  readonly encoded: Map<string, Promise<Buffer<ArrayBuffer>>>;
}

const encoders = {
  // Quality 9 costs a second for the whole app, once; 11 would cost ten.
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
} as const;

const encodingFor = (
  accepted: string,
  type: string,
  size: number,
): keyof typeof encoders | undefined => {
  if (size < MIN_COMPRESSED || !compressible.test(type)) return undefined;
  return (["br", "gzip"] as const).find((name) => new RegExp(`\\b${name}\\b`, "u").test(accepted));
};

/** @param folder where the build put them; it may appear later. */
export const openWebFiles = (folder: string) => {
  const known = new Map<string, WebFile>();

  const find = async (path: string): Promise<WebFile | undefined> => {
    // Plain segments only: none can climb out, and hidden files stay hidden.
    if (!/^(?:\/[A-Za-z0-9_@-][A-Za-z0-9_.@-]*)+$/u.test(path)) return undefined;
    const place = join(folder, path);
    const found = await stat(place).catch((): undefined => undefined);
    if (!found?.isFile()) return undefined;
    const cached = known.get(path);
    if (cached !== undefined && cached.modified === found.mtimeMs) return cached;
    const bytes = await readFile(place);
    const file: WebFile = {
      bytes,
      type: types.get(extname(path)) ?? "application/octet-stream",
      etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
      modified: found.mtimeMs,
      encoded: new Map(),
    };
    known.set(path, file);
    return file;
  };

  const send = async (
    c: Context,
    path: string,
    status: 200 | 404 = 200,
  ): Promise<Response | undefined> => {
    const file = await find(path);
    if (file === undefined) return undefined;
    const headers: Record<string, string> = {
      "content-type": file.type,
      etag: file.etag,
      vary: "accept-encoding",
      "cache-control": path.startsWith("/assets/")
        ? "public, max-age=31536000, immutable"
        : "no-cache",
    };
    if (status === 200 && c.req.header("if-none-match") === file.etag)
      return c.body(null, 304, headers);
    const encoding = encodingFor(
      c.req.header("accept-encoding") ?? "",
      file.type,
      file.bytes.length,
    );
    if (encoding === undefined) return c.body(file.bytes, status, headers);
    const encoded = file.encoded.get(encoding) ?? encoders[encoding](file.bytes);
    file.encoded.set(encoding, encoded);
    return c.body(await encoded, status, { ...headers, "content-encoding": encoding });
  };

  return {
    /**
     * The file of this path, or the app itself for its own addresses; undefined where nothing is built, or a program asks for
     * what is not there. A browser that asks for it gets the app's page that says so.
     */
    async answer(c: Context): Promise<Response | undefined> {
      const { path } = c.req;
      const file = path === "/" ? undefined : await send(c, path);
      if (file !== undefined) return file;
      // A missing script answered with a page would be a puzzle; an address of the app has no ending.
      if (/\.[^/]*$/u.test(path)) return undefined;
      if (appSections.has(sectionOf(path))) return send(c, "/index.html");
      const isBrowser = /\btext\/html\b/u.test(c.req.header("accept") ?? "");
      return isBrowser ? send(c, "/index.html", 404) : undefined;
    },
  };
};
