// Inputs of an embeddings request → texts; token arrays (some clients send cl100k ids) are decoded.
import type { EmbeddingsRequest } from "#services/contract/embeddings.ts";
import { rejected } from "#services/domain/errors.ts";

interface Decoder {
  decode(tokens: number[]): string;
}

let decoder: Promise<Decoder> | undefined;

/** A megabyte of ranks that most instances never need: loaded at the first token array. */
const openDecoder = async (): Promise<Decoder> => {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    import("js-tiktoken/lite"),
    import("js-tiktoken/ranks/cl100k_base"),
  ]);
  return new Tiktoken(ranks);
};

const decode = async (arrays: readonly number[][]): Promise<string[]> => {
  decoder ??= openDecoder();
  const { decode: toText } = await decoder.then((d) => ({ decode: (t: number[]) => d.decode(t) }));
  return arrays.map((tokens, index) => {
    const text = toText(tokens);
    if (text === "")
      throw rejected(`Input ${index} is made of tokens that cl100k_base does not know.`, {
        code: "bad-tokens",
        hint: "Send text, or ids of cl100k_base.",
        data: { param: "input" },
      });
    return text;
  });
};

const isTokens = (input: readonly unknown[]): input is number[] => typeof input[0] === "number";
const isTokenArrays = (input: readonly unknown[]): input is number[][] => Array.isArray(input[0]);

export const textsOf = async (input: EmbeddingsRequest["input"]): Promise<string[]> => {
  if (typeof input === "string") return [input];
  if (isTokens(input)) return decode([input]);
  if (isTokenArrays(input)) return decode(input);
  return input.filter((text) => typeof text === "string");
};
