// From text to token ids with the model's tokenizer.json: our fast WordPiece where it fits, @huggingface/tokenizers for everything else.
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { corrupt } from "#services/domain/errors.ts";
import { textPieces } from "./text-pieces.ts";
import { IdBuffer, WordPiece, type WordPieceSettings } from "./wordpiece.ts";

export interface TextTokenizer {
  readonly kind: "wordpiece" | "library";
  /** Ids before and after every text: [CLS] … [SEP]. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly padding: number;
  /** The id used for a text without tokens of its own. */
  readonly unknown: number;
  /** Appends the text's ids without special tokens. */
  encode(text: string, into: IdBuffer): void;
  /** Tokens of the text, special tokens included. */
  count(text: string): number;
}

const addedToken = z.looseObject({
  id: z.number().int(),
  content: z.string(),
  normalized: z.boolean().optional(),
  special: z.boolean().optional(),
});
const tokenizerFile = z.looseObject({
  added_tokens: z.array(addedToken).default([]),
  normalizer: z.looseObject({ type: z.string() }).nullable().default(null),
  pre_tokenizer: z.looseObject({ type: z.string() }).nullable().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.unknown().default(null),
  model: z.looseObject({ type: z.string().optional() }),
});
/** Checked in one pass: a zod record of 32,000 pieces takes a third of the time of opening a tokenizer. */
const vocabulary = z.custom<Readonly<Record<string, number>>>(
  (value) =>
    typeof value === "object" && value !== null && Object.values(value).every(Number.isSafeInteger),
);
const wordPieceModel = z.looseObject({
  type: z.literal("WordPiece"),
  vocab: vocabulary,
  unk_token: z.string().default("[UNK]"),
  continuing_subword_prefix: z.string().min(1).default("##"),
  max_input_chars_per_word: z.number().int().default(100),
});
const bertNormalizer = z.looseObject({
  type: z.literal("BertNormalizer"),
  clean_text: z.boolean().default(true),
  handle_chinese_chars: z.boolean().default(true),
  strip_accents: z.boolean().nullable().default(null),
  lowercase: z.boolean().default(true),
});
const tokenizerConfigFile = z.looseObject({
  pad_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
  unk_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
});

type TokenizerFile = z.infer<typeof tokenizerFile>;

/** The settings for the fast WordPiece, or undefined where this tokenizer is of another kind. */
const wordPieceSettings = (file: TokenizerFile): WordPieceSettings | undefined => {
  const model = wordPieceModel.safeParse(file.model);
  const normalizer = bertNormalizer.safeParse(file.normalizer);
  if (!model.success || !normalizer.success) return undefined;
  if (file.pre_tokenizer?.type !== "BertPreTokenizer") return undefined;
  // Added tokens that are matched in normalised text would have to be found between two steps of the fast tokenizer.
  if (file.added_tokens.some((token) => token.normalized ?? token.special !== true))
    return undefined;
  const { vocab, unk_token } = model.data;
  const unknown = Object.hasOwn(vocab, unk_token) ? vocab[unk_token] : undefined;
  if (unknown === undefined) return undefined;
  return {
    vocabulary: vocab,
    unknown,
    continuing: model.data.continuing_subword_prefix,
    maxCharsPerWord: model.data.max_input_chars_per_word,
    cleanText: normalizer.data.clean_text,
    splitChinese: normalizer.data.handle_chinese_chars,
    lowercase: normalizer.data.lowercase,
    stripAccents: normalizer.data.strip_accents ?? normalizer.data.lowercase,
  };
};

const contentOf = (token: string | { content: string } | null | undefined) =>
  typeof token === "string" ? token : token?.content;

/** All texts in a part of tokenizer.json, names of fields too. */
const textsIn = (part: unknown): string[] => {
  if (typeof part === "string") return [part];
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => [name, ...textsIn(value)]);
};

/**
 * The same tokenizer with these pieces of its vocabulary only, and those that it names elsewhere. The library takes as long for a
 * whole one as everything else together, and is asked for a handful where the fast WordPiece does the work.
 */
const withPieces = (
  file: TokenizerFile,
  all: WordPieceSettings["vocabulary"],
  pieces: string[],
) => {
  const { vocab: _, ...model } = file.model;
  const { added_tokens, post_processor } = file;
  const named = textsIn([added_tokens, post_processor, model, pieces]);
  const vocab = Object.fromEntries(
    named.flatMap((piece) => (Object.hasOwn(all, piece) ? [[piece, all[piece]]] : [])),
  );
  return { ...file, model: { ...model, vocab } };
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * @param files the parsed tokenizer.json and tokenizer_config.json of a model folder.
 * @throws ParlanceError corrupt `bad-tokenizer`.
 */
export const openTokenizer = (files: {
  readonly tokenizer: unknown;
  readonly config: unknown;
  /** As `ModelFiles.isBag`. */
  readonly isBag?: boolean;
}): TextTokenizer => {
  const read = tokenizerFile.safeParse(files.tokenizer);
  const config = tokenizerConfigFile.safeParse(files.config);
  if (!read.success || !config.success)
    throw corrupt("The model's tokenizer.json cannot be read.", {
      code: "bad-tokenizer",
      hint: "Download the model again, or choose another one.",
      cause: read.error ?? config.error,
    });
  const openLibrary = (file: TokenizerFile): Tokenizer => {
    try {
      return new Tokenizer({ ...file }, { ...config.data });
    } catch (cause) {
      throw corrupt("The model's kind of tokenizer is not supported.", {
        code: "bad-tokenizer",
        hint: "Choose a model whose tokenizer.json is WordPiece, Unigram or BPE.",
        cause,
      });
    }
  };
  const settings = wordPieceSettings(read.data);
  const pad = contentOf(config.data.pad_token) ?? "[PAD]";
  const named = contentOf(config.data.unk_token) ?? "[UNK]";
  const library = openLibrary(
    settings === undefined
      ? read.data
      : withPieces(read.data, settings.vocabulary, ["a", ".", pad, named]),
  );
  let whole = settings === undefined ? library : undefined;

  const bare = library.encode("a", { add_special_tokens: false }).ids;
  const full = library.encode("a").ids;
  const at = Math.max(0, full.indexOf(bare[0] ?? -1));
  const before = files.isBag === true ? [] : full.slice(0, at);
  const after = files.isBag === true ? [] : full.slice(at + bare.length);
  const padding = library.token_to_id(pad) ?? 0;
  // Byte-level vocabularies have no unknown token; a full stop has the least meaning.
  const stop = library.encode(".", { add_special_tokens: false }).ids[0] ?? 0;
  const missing = library.token_to_id(named);
  const unknown = files.isBag === true ? stop : (missing ?? stop);

  const fast = settings === undefined ? undefined : new WordPiece(settings);
  const added = read.data.added_tokens.map((token) => escaped(token.content)).filter(Boolean);
  const hasAdded = added.length === 0 ? undefined : new RegExp(added.join("|"));
  const encode = (text: string, into: IdBuffer): void => {
    const from = into.length;
    for (const piece of textPieces(text)) encodePiece(piece, into);
    if (files.isBag === true && missing !== undefined) into.drop(missing, from);
  };
  const encodePiece = (text: string, into: IdBuffer): void => {
    if (fast !== undefined && hasAdded?.test(text) !== true) fast.encode(text, into);
    else {
      whole ??= openLibrary(read.data);
      for (const id of whole.encode(text, { add_special_tokens: false }).ids) into.push(id);
    }
  };
  const scratch = new IdBuffer();
  return {
    kind: fast === undefined ? "library" : "wordpiece",
    before,
    after,
    padding,
    unknown,
    encode,
    count: (text) => {
      scratch.length = 0;
      encode(text, scratch);
      return scratch.length + before.length + after.length;
    },
  };
};
