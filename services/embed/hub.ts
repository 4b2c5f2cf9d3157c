// Downloads a model from a hub: only the files needed, resumed after an interruption, checked, and visible only when complete.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, copyFile, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { corrupt, ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";

export interface ModelProgress {
  readonly file: string;
  /** Bytes that are here, and bytes of all files needed. */
  readonly done: number;
  readonly total: number;
}

export interface HubRequest {
  /** `org/name` */
  readonly name: string;
  /** The hub's address, with or without a slash at the end. */
  readonly hub: string;
  /** The folder that the model is put into. */
  readonly path: string;
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly signal?: AbortSignal;
}

const treeEntry = z.looseObject({
  type: z.string(),
  path: z.string(),
  size: z.number().int().nonnegative(),
  lfs: z.looseObject({ oid: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
});
const tree = z.array(treeEntry);

interface HubFile {
  readonly path: string;
  readonly size: number;
  /** Of files in large-file storage; small files have none. */
  readonly sha256: string | undefined;
}

/** All small files that say how to use the model, in any folder. */
const settings =
  /^(?:[\w-]*config[\w-]*\.json|modules\.json|tokenizer\.json|parlance\.json|README\.md|LICENSE(?:\.\w+)?|NOTICE(?:\.\w+)?|\d+_\w+\/config\.json)$/;
const models = [
  "onnx/model.onnx",
  "model.onnx",
  "onnx/model_fp16.onnx",
  "onnx/model_quantized.onnx",
  "onnx/model_int8.onnx",
  "onnx/model_uint8.onnx",
];
const beside = z.looseObject({ file: z.string().optional() });

const trouble = (request: HubRequest, url: string, cause: unknown): ParlanceError => {
  if (cause instanceof ParlanceError) return cause;
  if (request.signal?.aborted === true)
    return unavailable("The download was cancelled.", { code: "aborted", cause });
  return unavailable(`The model hub cannot be reached at ${new URL(url).origin}.`, {
    code: "hub-unreachable",
    hint: `Check the network and PARLANCE_MODEL_HUB, or copy the model's folder here and set PARLANCE_EMBEDDING_MODEL to its path. What was downloaded is kept and resumed.`,
    cause,
    data: { url },
  });
};

const ask = async (request: HubRequest, url: string, headers: Record<string, string> = {}) => {
  let response: Response;
  try {
    response = await fetch(url, { headers, signal: request.signal ?? null });
  } catch (cause) {
    throw trouble(request, url, cause);
  }
  if (response.ok || response.status === 416) return response;
  await response.body?.cancel();
  if ([401, 403, 404].includes(response.status))
    throw rejected(
      `The hub has no public model ${request.name} (it answered ${response.status}).`,
      {
        code: "unknown-model",
        hint: "Check the name (organization/model); gated models have to be downloaded by hand.",
        status: 404,
        data: { name: request.name, url },
      },
    );
  throw unavailable(`The hub answered ${response.status} for ${url}.`, {
    code: "hub-unreachable",
    hint: "Try again later. What was downloaded is kept and resumed.",
    data: { url, status: response.status },
  });
};

const wanted = (entries: z.infer<typeof tree>, request: HubRequest, chosen?: string): HubFile[] => {
  const files = entries.filter((entry) => entry.type === "file");
  const model = [...(chosen === undefined ? [] : [chosen]), ...models].find((name) =>
    files.some((file) => file.path === name),
  );
  if (model === undefined)
    throw rejected(`The model ${request.name} has no ONNX file.`, {
      code: "missing-model-file",
      hint: "Choose a model with onnx/model.onnx, or export it with optimum (`optimum-cli export onnx`) and name the folder.",
      data: { name: request.name },
    });
  return files
    .filter(({ path }) => settings.test(path) || path === model || path === `${model}_data`)
    .map(({ path, size, lfs }) => ({ path, size, sha256: lfs?.oid }))
    .sort((a, b) => a.size - b.size);
};

const exists = async (path: string) =>
  await access(path).then(
    () => true,
    () => false,
  );

const sizeOf = async (path: string) =>
  await stat(path).then(
    (found) => found.size,
    () => 0,
  );

const sha256Of = async (path: string) => {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
};

/** Appends the missing part of a file; a server without range requests sends all of it again. */
const fetchFile = async (
  request: HubRequest,
  file: HubFile,
  target: string,
  onBytes: (here: number) => void,
): Promise<void> => {
  const url = `${request.hub.replace(/\/+$/, "")}/${request.name}/resolve/main/${file.path}`;
  await mkdir(dirname(target), { recursive: true });
  let here = await sizeOf(target);
  if (here > file.size) here = 0;
  if (here < file.size || file.size === 0) {
    const response = await ask(request, url, here > 0 ? { range: `bytes=${here}-` } : {});
    if (response.status !== 206) here = 0;
    const out = await open(target, here > 0 ? "a" : "w");
    try {
      for await (const piece of response.body ?? []) {
        await out.write(piece);
        here += piece.length;
        onBytes(here);
      }
      await out.sync();
    } catch (cause) {
      throw trouble(request, url, cause);
    } finally {
      await out.close();
    }
  }
  const right =
    here === file.size && (file.sha256 === undefined || (await sha256Of(target)) === file.sha256);
  if (right) return;
  await rm(target, { force: true });
  throw corrupt(`${file.path} of ${request.name} was damaged in the download.`, {
    code: "bad-download",
    hint: "Try again; if the error stays, the hub or a proxy changes files on the way.",
    data: { file: file.path },
  });
};

const chosenFile = (text: string): string | undefined => {
  try {
    return beside.parse(JSON.parse(text)).file;
  } catch (cause) {
    throw corrupt("The model's parlance.json cannot be read.", {
      code: "bad-model-file",
      hint: 'Write it as JSON: {"file": "onnx/model_quantized.onnx"}.',
      cause,
    });
  }
};

/**
 * Downloads into a folder beside `path` and renames it at the end, so that a folder named `path` is always complete.
 * An existing parlance.json in `path` chooses the model file and is kept.
 * @throws ParlanceError unavailable `hub-unreachable` | `aborted`; rejected `unknown-model` | `missing-model-file`;
 * corrupt `bad-download`. After each of them the next call continues where this one stopped.
 */
export const downloadModel = async (request: HubRequest): Promise<void> => {
  const { path, name } = request;
  const part = `${path}.part`;
  const url = `${request.hub.replace(/\/+$/, "")}/api/models/${name}/tree/main?recursive=true`;
  const listing = tree.safeParse(await (await ask(request, url)).json().catch(() => undefined));
  if (!listing.success)
    throw unavailable(`The server at${new URL(url).origin} is not a model hub.`, {
      code: "hub-unreachable",
      hint: "Set PARLANCE_MODEL_HUB to the address of a hub or of a mirror with its API.",
      cause: listing.error,
      data: { url },
    });
  const own = join(path, "parlance.json");
  const chosen = (await exists(own)) ? chosenFile(await readFile(own, "utf8")) : undefined;
  const files = wanted(listing.data, request, chosen);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0;
  for (const file of files) {
    const report = (here: number) =>
      request.onProgress?.({ file: file.path, done: before + here, total });
    await fetchFile(request, file, join(part, file.path), report);
    before += file.size;
    report(0);
  }
  if (await exists(own)) await copyFile(own, join(part, "parlance.json"));
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { recursive: true, force: true });
  await rename(part, path);
};
