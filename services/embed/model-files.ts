// Reads a model folder in hub layout: which file to run, how to pool, the greatest length, the languages.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { corrupt, type ParlanceError, rejected } from "#services/domain/errors.ts";
import type { Pooling } from "./pooling.ts";

const config = z.looseObject({
  hidden_size: z.number().int().positive().optional(),
  max_position_embeddings: z.number().int().positive().optional(),
  model_type: z.string().optional(),
  architectures: z.array(z.string()).optional(),
  matryoshka_dims: z.array(z.number().int().positive()).optional(),
  pad_token_id: z.number().int().nullish(),
});
const tokenizerConfig = z.looseObject({ model_max_length: z.number().positive().optional() });
const sentenceConfig = z.looseObject({ max_seq_length: z.number().int().positive().nullish() });
const modules = z.array(z.looseObject({ type: z.string(), path: z.string().default("") }));
const poolingConfig = z.looseObject({
  pooling_mode: z.string().optional(),
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_mean_tokens: z.boolean().optional(),
  pooling_mode_lasttoken: z.boolean().optional(),
  pooling_mode_max_tokens: z.boolean().optional(),
  pooling_mode_mean_sqrt_len_tokens: z.boolean().optional(),
  pooling_mode_weightedmean_tokens: z.boolean().optional(),
});
const promptsConfig = z.looseObject({
  prompts: z.record(z.string(), z.string()).nullish(),
  default_prompt_name: z.string().nullish(),
});
/** The file that people may put beside a model; apart from `file`, it only fills in what the model's own files leave open. */
const parlanceConfig = z.strictObject({
  /** The model file to run, relative to the folder: `onnx/model_quantized.onnx`. */
  file: z.string().optional(),
  pooling: z.enum(["mean", "cls", "last"]).optional(),
  prefixes: z
    .strictObject({ query: z.string().default(""), document: z.string().default("") })
    .optional(),
  languages: z.array(z.string()).nullable().optional(),
  matryoshka: z.array(z.number().int().positive()).optional(),
  maxTokens: z.number().int().positive().optional(),
});

export interface ModelFiles {
  readonly modelFile: string;
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
  /** null: the model's files do not say; the model's output must then be pooled already. */
  readonly pooling: Exclude<Pooling, "model"> | null;
  readonly maxTokens: number;
  readonly prefixes: { readonly query: string; readonly document: string };
  readonly languages: readonly string[] | null;
  readonly matryoshka: readonly number[];
  /** True for models whose steps grow with the square of the length; their batches are planned differently. */
  readonly isStatic: boolean;
  /** True for models of Model2Vec, which take the tokens of all texts in one row, without special and unknown ones. */
  readonly isBag: boolean;
  readonly fingerprint: string;
  readonly licence: string | null;
  /** Of all files in the folder. */
  readonly bytes: number;
}

/** Names of model files in order of preference; full precision first. */
const modelNames = [
  "onnx/model.onnx",
  "model.onnx",
  "onnx/model_fp16.onnx",
  "onnx/model_quantized.onnx",
  "onnx/model_int8.onnx",
  "onnx/model_uint8.onnx",
];
/** Used where no file says how long a text may be. */
const DEFAULT_MAX_TOKENS = 512;

const exists = async (path: string) =>
  await access(path).then(
    () => true,
    () => false,
  );

const readJson = async (folder: string, name: string): Promise<unknown> => {
  const path = join(folder, name);
  if (!(await exists(path))) return undefined;
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw badFile(name, cause);
  }
};

const badFile = (name: string, cause: unknown): ParlanceError =>
  corrupt(`The model's ${name} cannot be read.`, {
    code: "bad-model-file",
    hint: `Download the model again, or repair ${name}.`,
    cause,
    data: { file: name },
  });

const readChecked = async <T>(folder: string, name: string, schema: z.ZodType<T>) => {
  const value = await readJson(folder, name);
  if (value === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw badFile(name, parsed.error);
  return parsed.data;
};

const missing = (folder: string, what: string, hint: string) =>
  rejected(`The model folder ${folder} has no ${what}.`, {
    code: "missing-model-file",
    hint,
    data: { folder, file: what },
  });

const findModelFile = async (folder: string, chosen: string | undefined) => {
  for (const name of chosen === undefined ? modelNames : [chosen])
    if (await exists(join(folder, name))) return name;
  throw missing(
    folder,
    chosen ?? "onnx/model.onnx",
    "Choose a model with ONNX files, or export it with optimum (`optimum-cli export onnx`).",
  );
};

/** Older versions of sentence-transformers write one flag per way of pooling, newer ones a single word. */
const poolingOf = (file: z.infer<typeof poolingConfig>): Exclude<Pooling, "model"> => {
  const asked = new Set<string>((file.pooling_mode ?? "").split("+").filter(Boolean));
  if (file.pooling_mode_cls_token === true) asked.add("cls");
  if (file.pooling_mode_mean_tokens === true) asked.add("mean");
  if (file.pooling_mode_lasttoken === true) asked.add("lasttoken");
  if (file.pooling_mode_max_tokens === true) asked.add("max");
  if (file.pooling_mode_mean_sqrt_len_tokens === true) asked.add("mean_sqrt_len_tokens");
  if (file.pooling_mode_weightedmean_tokens === true) asked.add("weightedmean");
  const [only] = asked;
  if (asked.size === 1 && (only === "cls" || only === "mean")) return only;
  if (asked.size === 1 && only === "lasttoken") return "last";
  throw rejected(
    `The model pools by ${[...asked].join(" and ") || "nothing"}, which is not built in.`,
    {
      code: "unsupported-pooling",
      hint: "Choose a model that pools by mean, cls or last token, or one whose ONNX file gives sentence_embedding.",
    },
  );
};

const readPooling = async (folder: string) => {
  const list = await readChecked(folder, "modules.json", modules);
  const dense = list?.find((module) => module.type.endsWith(".Dense"));
  if (dense !== undefined)
    throw rejected("The model's last layer (Dense) is not part of its ONNX file.", {
      code: "unsupported-module",
      hint: "Choose a model without such a layer, or export it with sentence_embedding as its output.",
      data: { module: dense.path },
    });
  const path = list?.find((module) => module.type.endsWith(".Pooling"))?.path ?? "1_Pooling";
  const file = await readChecked(folder, `${path}/config.json`, poolingConfig);
  return file === undefined ? null : poolingOf(file);
};

/** What stands between the lines `---` at the beginning of a model card; "" where there is nothing. */
const frontOf = (card: string): string => /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? "";

/** `license: apache-2.0` in the front of a card. */
const cardLicence = (front: string): string | null =>
  /^license:[ \t]*["']?([\w.+-]{1,60})/m.exec(front)?.[1] ?? null;

/** The languages in the front of a model card (`language: en` or a list). Null for many or none. */
const cardLanguages = (front: string): readonly string[] | null => {
  const line = /^language:[ \t]*(.*)((?:\r?\n[ \t]*-[ \t]*.+)*)/m.exec(front);
  if (line === null) return null;
  const found = `${line[1] ?? ""}\n${line[2] ?? ""}`.match(/[a-z]{2,}/gi) ?? [];
  const codes = found.map((code) => code.toLowerCase()).filter((code) => code.length === 2);
  return codes.length === 0 || codes.length !== found.length ? null : codes;
};

const prefixesOf = (
  file: z.infer<typeof promptsConfig> | undefined,
  beside: z.infer<typeof parlanceConfig>["prefixes"],
) => {
  const prompts = new Map(Object.entries(file?.prompts ?? {}));
  const usual = prompts.get(file?.default_prompt_name ?? "") ?? "";
  const first = (...names: readonly string[]) =>
    names.map((name) => prompts.get(name)).find((prompt) => prompt !== undefined && prompt !== "");
  return {
    query: first("query", "search_query", "retrieval.query") ?? (usual || (beside?.query ?? "")),
    document:
      first("document", "passage", "search_document", "retrieval.passage") ??
      (usual || (beside?.document ?? "")),
  };
};

const bytesIn = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0);
};

const sha256Of = async (paths: readonly string[]) => {
  const hash = createHash("sha256");
  for (const path of paths) for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
};

/**
 * Reads everything except the weights.
 * @throws ParlanceError rejected `missing-model-file` | `unsupported-pooling` | `unsupported-module`; corrupt `bad-model-file`.
 */
export const readModelFiles = async (folder: string): Promise<ModelFiles> => {
  const beside = (await readChecked(folder, "parlance.json", parlanceConfig)) ?? {};
  const main = await readChecked(folder, "config.json", config);
  if (main === undefined)
    throw missing(folder, "config.json", "Name a folder laid out like a hub model.");
  const tokenizer = await readJson(folder, "tokenizer.json");
  if (tokenizer === undefined)
    throw missing(
      folder,
      "tokenizer.json",
      "Choose a model with a fast tokenizer (tokenizer.json).",
    );
  const tokens = (await readChecked(folder, "tokenizer_config.json", tokenizerConfig)) ?? {};
  const sentence = await readChecked(folder, "sentence_bert_config.json", sentenceConfig);
  const prompts = await readChecked(folder, "config_sentence_transformers.json", promptsConfig);
  const name = await findModelFile(folder, beside.file);
  const modelFile = join(folder, name);
  const card = await readFile(join(folder, "README.md"), "utf8").catch(() => "");

  // Roberta-like models number positions from the padding id on, so that so many positions cannot be used.
  const offset = /roberta|camembert|mpnet/.test(main.model_type ?? "")
    ? (main.pad_token_id ?? 1) + 1
    : 0;
  const positions = (main.max_position_embeddings ?? Number.POSITIVE_INFINITY) - offset;
  const said = sentence?.max_seq_length ?? tokens.model_max_length ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(said, positions);
  // Some tokenizer configs write 1e30 for "no limit".
  const maxTokens = limit < 1e6 ? limit : (beside.maxTokens ?? DEFAULT_MAX_TOKENS);

  const settings = {
    pooling: (await readPooling(folder)) ?? beside.pooling ?? null,
    maxTokens,
    prefixes: prefixesOf(prompts, beside.prefixes),
  };
  const isBag =
    main.model_type === "model2vec" || main.architectures?.includes("StaticModel") === true;
  const data = `${modelFile}_data`;
  const weights = (await exists(data)) ? [modelFile, data] : [modelFile];
  const parts = [
    await sha256Of(weights),
    await sha256Of([join(folder, "tokenizer.json")]),
    JSON.stringify(settings),
  ];
  return {
    ...settings,
    modelFile,
    tokenizer,
    tokenizerConfig: tokens,
    languages: cardLanguages(frontOf(card)) ?? beside.languages ?? null,
    matryoshka: [...(main.matryoshka_dims ?? beside.matryoshka ?? [])].sort((a, b) => b - a),
    isStatic: isBag || main.architectures?.includes("StaticEmbedding") === true,
    isBag,
    fingerprint: createHash("sha256").update(parts.join("\n")).digest("hex"),
    licence: cardLicence(frontOf(card)),
    bytes: await bytesIn(folder),
  };
};

/** As `ModelFiles.fingerprint`, of the files as they are now. @throws ParlanceError see `readModelFiles` */
export const readFingerprint = async (folder: string): Promise<string> =>
  (await readModelFiles(folder)).fingerprint;
