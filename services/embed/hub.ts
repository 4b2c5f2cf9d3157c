// Downloads a model from a hub: only the files needed, resumed after an interruption, checked, and visible only when complete.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, copyFile, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
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
  /** A connection that brings nothing for so long is given up and made anew; 60 s where absent. */
  readonly stallMs?: number;
  /** The pause before the first new connection, doubled before each further one; 1 s where absent. */
  readonly pauseMs?: number;
}

/** New connections in a row that bring nothing new, after which the download fails. */
const VAIN_TRIES = 5;

const treeEntry = z.looseObject({
  type: z.string(),
  path: z.string(),
  size: z.number().int().nonnegative(),
  oid: z.string().optional(),
  lfs: z.looseObject({ oid: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
});
const tree = z.array(treeEntry);

interface HubFile {
  readonly path: string;
  readonly size: number;
  /** Of files in large-file storage their sha256, of others the id of their git object, where the hub tells it. */
  readonly checksum: { readonly algorithm: "sha256" | "git"; readonly value: string } | undefined;
}

const gitId = /^[0-9a-f]{40}$/;

const checksumOf = ({ oid, lfs }: z.infer<typeof treeEntry>): HubFile["checksum"] => {
  if (lfs != null) return { algorithm: "sha256", value: lfs.oid };
  return oid !== undefined && gitId.test(oid) ? { algorithm: "git", value: oid } : undefined;
};

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
  if (isDiskFull(cause))
    return diskFull("the model was not downloaded", {
      cause,
      hint: "Make room and try again: what was downloaded is kept and resumed.",
    });
  return unavailable(`The model hub cannot be reached at ${new URL(url).origin}.`, {
    code: "hub-unreachable",
    hint: `Check the network and PARLANCE_MODEL_HUB, or copy the model's folder here and set PARLANCE_EMBEDDING_MODEL to its path. What was downloaded is kept and resumed.`,
    cause,
    data: { url },
  });
};

/** Ends where the caller's signal does, and where nobody has said for a while that something came. */
const watchStalls = (request: HubRequest, url: string) => {
  const stall = new AbortController();
  const ms = request.stallMs ?? 60_000;
  const timer = setTimeout(
    () =>
      stall.abort(
        unavailable(
          `The model hub at ${new URL(url).origin} has sent nothing for ${Math.ceil(ms / 1000)} s.`,
          {
            code: "hub-unreachable",
            hint: "Try again later. What was downloaded is kept and resumed.",
            data: { url },
          },
        ),
      ),
    ms,
  );
  return {
    signal: AbortSignal.any([stall.signal, ...(request.signal ? [request.signal] : [])]),
    /** Something came. */
    came: () => timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
};
type Stalls = ReturnType<typeof watchStalls>;

const ask = async (
  request: HubRequest,
  url: string,
  { signal }: Stalls,
  headers: Record<string, string> = {},
) => {
  let response: Response;
  try {
    response = await fetch(url, { headers, signal });
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
    .map((entry) => ({ path: entry.path, size: entry.size, checksum: checksumOf(entry) }))
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

const isRight = async (path: string, { size, checksum }: HubFile): Promise<boolean> => {
  if ((await sizeOf(path)) !== size) return false;
  if (checksum === undefined) return true;
  const { algorithm, value } = checksum;
  const hash = createHash(algorithm === "git" ? "sha1" : algorithm);
  if (algorithm === "git") hash.update(`blob ${size}\0`);
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex") === value;
};

/** Appends the missing part of a file over one connection; a server without range requests sends all of it again. */
const fetchRest = async (
  request: HubRequest,
  url: string,
  target: string,
  onBytes: (here: number) => void,
): Promise<void> => {
  using stalls = watchStalls(request, url);
  let here = await sizeOf(target);
  const response = await ask(request, url, stalls, here > 0 ? { range: `bytes=${here}-` } : {});
  if (response.status !== 206) here = 0;
  try {
    const out = await open(target, here > 0 ? "a" : "w");
    try {
      for await (const piece of response.body ?? []) {
        stalls.came();
        await out.writeFile(piece);
        here += piece.length;
        onBytes(here);
      }
      await out.sync();
    } finally {
      await out.close();
    }
  } catch (cause) {
    throw trouble(request, url, cause);
  }
};

const isWorthAnother = (error: unknown): boolean =>
  error instanceof ParlanceError && error.code === "hub-unreachable";

/** Fetches a file, over as many connections as it takes, as long as they bring something. */
const fetchFile = async (
  request: HubRequest,
  file: HubFile,
  target: string,
  onBytes: (here: number) => void,
): Promise<void> => {
  const url = `${request.hub.replace(/\/+$/, "")}/${request.name}/resolve/main/${file.path}`;
  await mkdir(dirname(target), { recursive: true });
  if ((await sizeOf(target)) > file.size) await rm(target);
  let most = await sizeOf(target);
  for (let vain = 0; !((await exists(target)) && (await sizeOf(target)) >= file.size); ) {
    try {
      await fetchRest(request, url, target, onBytes);
      break;
    } catch (error) {
      const here = await sizeOf(target);
      vain = here > most ? 0 : vain + 1;
      most = Math.max(most, here);
      if (!isWorthAnother(error) || vain >= VAIN_TRIES) throw error;
      await pause((request.pauseMs ?? 1000) * 2 ** Math.max(0, vain - 1), undefined, {
        ...(request.signal && { signal: request.signal }),
      }).catch((cause: unknown) => {
        throw trouble(request, url, cause);
      });
    }
  }
  if (await isRight(target, file)) return;
  await rm(target, { force: true });
  throw corrupt(`${file.path} of ${request.name} was damaged in the download.`, {
    code: "bad-download",
    hint: "Try again; if the error stays, the hub or a proxy changes files on the way.",
    data: { file: file.path },
  });
};

/** The files of the model as the hub lists them. */
const listFiles = async (request: HubRequest) => {
  const url = `${request.hub.replace(/\/+$/, "")}/api/models/${request.name}/tree/main?recursive=true`;
  using stalls = watchStalls(request, url);
  const response = await ask(request, url, stalls);
  const listing = tree.safeParse(await response.json().catch(() => undefined));
  if (stalls.signal.aborted) throw trouble(request, url, stalls.signal.reason);
  if (listing.success) return listing.data;
  throw unavailable(`The server at ${new URL(url).origin} is not a model hub.`, {
    code: "hub-unreachable",
    hint: "Set PARLANCE_MODEL_HUB to the address of a hub or of a mirror with its API.",
    cause: listing.error,
    data: { url },
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
 * An existing parlance.json in `path` chooses the model file and is kept. A connection that breaks or stalls is made anew, until
 * five in a row have brought nothing.
 * @throws ParlanceError unavailable `hub-unreachable` | `aborted` | `disk-full`; rejected `unknown-model` | `missing-model-file`;
 * corrupt `bad-download`. After each of them the next call continues where this one stopped.
 */
export const downloadModel = async (request: HubRequest): Promise<void> => {
  const { path } = request;
  const part = `${path}.part`;
  const listing = await listFiles(request);
  const own = join(path, "parlance.json");
  const chosen = (await exists(own)) ? chosenFile(await readFile(own, "utf8")) : undefined;
  const files = wanted(listing, request, chosen);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  // What an earlier call has left counts from the start: whoever asks whether the rest fits on the disk needs it.
  const here = new Map<string, number>();
  for (const file of files)
    here.set(file.path, Math.min(file.size, await sizeOf(join(part, file.path))));
  const report = (file: string) => {
    const done = [...here.values()].reduce((sum, one) => sum + one, 0);
    request.onProgress?.({ file, done, total });
  };
  report(files[0]?.path ?? "");
  for (const file of files) {
    const onBytes = (bytes: number) => {
      here.set(file.path, bytes);
      report(file.path);
    };
    await fetchFile(request, file, join(part, file.path), onBytes);
    onBytes(file.size);
  }
  if (await exists(own)) await copyFile(own, join(part, "parlance.json"));
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { recursive: true, force: true });
  await rename(part, path);
};
