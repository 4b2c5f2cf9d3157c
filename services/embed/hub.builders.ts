// A local server with a hub's API that has one model, and faults on demand.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, relative } from "node:path";

/**
 * Sends so many bytes of the model file and then nothing, or breaks the connection; or changes one byte of the model file, or of the
 * one named.
 */
export type HubFault =
  | { kind: "stalled" | "cut"; after: number }
  | { kind: "changed"; file?: string };

export interface TestHub {
  readonly url: string;
  readonly requests: { path: string; range: string | undefined }[];
  fault: HubFault | undefined;
  close(): void;
}

const treeOf = async (model: string) => {
  const files = (await readdir(model, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  return await Promise.all(
    files.map(async (entry) => {
      const full = join(entry.parentPath, entry.name);
      const bytes = await readFile(full);
      const oid = createHash("sha256").update(bytes).digest("hex");
      const git = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
      return {
        type: "file",
        path: relative(model, full),
        size: bytes.length,
        oid: git,
        ...(entry.name.endsWith(".onnx") ? { lfs: { oid } } : {}),
      };
    }),
  );
};

/**
 * @param model the folder of the model's files
 * @param name as the hub calls it
 */
export const startTestHub = async (model: string, name = "acme/tiny"): Promise<TestHub> => {
  const requests: TestHub["requests"] = [];
  const files = `/${name}/resolve/main/`;
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://hub").pathname;
    requests.push({ path, range: request.headers.range });
    if (path === `/api/models/${name}/tree/main`)
      return response.end(JSON.stringify(await treeOf(model)));
    const file = path.startsWith(files) ? path.slice(files.length) : undefined;
    if (file === undefined) return response.writeHead(404).end();
    const bytes = await readFile(join(model, file));
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length - from });
    const { fault } = hub;
    if (fault?.kind === "changed" && file.endsWith(fault.file ?? ".onnx"))
      bytes[100] = (bytes[100] ?? 0) ^ 1;
    if (
      (fault?.kind === "stalled" || fault?.kind === "cut") &&
      file.endsWith(".onnx") &&
      from + fault.after < bytes.length
    )
      return response.write(bytes.subarray(from, from + fault.after), () => {
        if (fault.kind === "cut") setTimeout(() => response.destroy(), 20);
      });
    return response.end(bytes.subarray(from));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const hub: TestHub = {
    url: `http://127.0.0.1:${address.port}/`,
    requests,
    fault: undefined,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return hub;
};
