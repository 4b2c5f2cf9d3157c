// A hub-layout folder around a random-weight transformer: tokenizer, pooling and length as sentence-transformers writes them.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TransformerShape, transformerModel } from "./transformer.builders.ts";

const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const characters = [
  ..."abcdefghijklmnopqrstuvwxyz0123456789.,:;!?'\"-_/()[]{}<>=+*&%$#@~^|\\`äöüßéñ日本語",
];
const common =
  "the to a i is in of it you and that on for have this how do with can not my mount drive install ubuntu file error boot kernel thanks please what".split(
    " ",
  );
const endings = ["##ing", "##ed", "##s", "##er", "##ly"];

const specialTokens = specials.map((content, id) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
}));

export const smallVocabulary: readonly string[] = [
  ...new Set([
    ...specials,
    ...characters,
    ...characters.map((c) => `##${c}`),
    ...common,
    ...endings,
  ]),
];

/** A lower-casing WordPiece tokenizer with [CLS] … [SEP]; the first five words of the vocabulary are the special tokens. */
export const tokenizerJson = (vocabulary: readonly string[]): object => ({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: specialTokens,
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
      "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
    },
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
  },
});

export const tinyShape: TransformerShape = {
  layers: 2,
  hidden: 32,
  heads: 4,
  feedForward: 64,
  vocabulary: smallVocabulary.length,
  positions: 64,
};

export interface FolderOptions {
  readonly shape?: TransformerShape;
  readonly vocabulary?: readonly string[];
  /** Files to write in addition to the usual ones or in place of them; null leaves one out. */
  readonly files?: Readonly<Record<string, object | string | Uint8Array | null>>;
}

const writeAll = async (folder: string, files: FolderOptions["files"] & object): Promise<void> => {
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue;
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    const raw = typeof content === "string" || content instanceof Uint8Array;
    await writeFile(path, raw ? content : JSON.stringify(content));
  }
};

/** @returns the folder. */
export const writeModelFolder = async (
  folder: string,
  options: FolderOptions = {},
): Promise<string> => {
  const shape = options.shape ?? tinyShape;
  await writeAll(folder, {
    "config.json": {
      model_type: "bert",
      architectures: ["BertModel"],
      hidden_size: shape.hidden,
      vocab_size: shape.vocabulary,
      max_position_embeddings: shape.positions,
      pad_token_id: 0,
    },
    "tokenizer.json": tokenizerJson(options.vocabulary ?? smallVocabulary),
    "tokenizer_config.json": {
      tokenizer_class: "BertTokenizer",
      model_max_length: shape.positions,
      pad_token: "[PAD]",
      unk_token: "[UNK]",
      cls_token: "[CLS]",
      sep_token: "[SEP]",
    },
    "sentence_bert_config.json": { max_seq_length: shape.positions },
    "1_Pooling/config.json": {
      word_embedding_dimension: shape.hidden,
      pooling_mode_cls_token: false,
      pooling_mode_mean_tokens: true,
    },
    "onnx/model.onnx": transformerModel(shape),
    ...options.files,
  });
  return folder;
};
