// The vector of a question: embedded once and cached, or taken from the example of "more like this".
import { rejected } from "#services/domain/errors.ts";
import { dot } from "#services/domain/vectors.ts";
import type { Embedder } from "#services/embed/embed.ts";
import type { Asked } from "./asked.ts";
import type { Remembered } from "./remembered.ts";

export interface Meant {
  readonly text: string;
  /** Id of a chunk. */
  readonly like: string | undefined;
  readonly asked: readonly Asked[];
  readonly embedder: Embedder;
}

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
};

export const openVectors = (known: Remembered["questions"]) => {
  const ofText = async (text: string, embedder: Embedder): Promise<Float32Array | undefined> => {
    if (text === "") return undefined;
    // Collections may have different models.
    const key = `${embedder.model.fingerprint}\u0000${text}`;
    const cached = known.get(key);
    if (cached !== undefined) return cached === "none" ? undefined : cached;
    const { vectors, unembeddable } = await embedder.embed([text], {
      inputType: "query",
      urgency: "question",
      truncate: true,
    });
    const vector = unembeddable.length > 0 ? undefined : vectors.data;
    known.set(key, vector ?? "none");
    return vector;
  };

  const ofRow = (like: string, asked: readonly Asked[]): Float32Array => {
    for (const { searcher, exchanges } of asked) {
      const vector = (exchanges?.searcher ?? searcher).vector(like);
      if (vector !== undefined) return vector;
    }
    throw rejected("The example message is not in this version of the index.", {
      code: "unknown-chunk",
      status: 404,
      hint: "Search again and use the `chunk` of one of the hits.",
    });
  };

  return {
    /** For words together with an example, the direction between both. undefined where neither has a meaning. */
    async of({ text, like, asked, embedder }: Meant): Promise<Float32Array | undefined> {
      const said = await ofText(text, embedder);
      if (like === undefined) return said;
      const example = ofRow(like, asked);
      if (said === undefined || said.length !== example.length) return example;
      return unit(example.map((value, at) => value + (said[at] ?? 0)));
    },
  };
};

/** The similarity of each of these texts to a question, −1 … 1; 0 for others, and for all where nothing is known by meaning. */
export const nearnessTo = async (
  question: { readonly vector: Float32Array; readonly embedder: Embedder } | undefined,
  texts: readonly string[],
): Promise<(text: string) => number> => {
  const wanted = [...new Set(texts)].filter((text) => text !== "");
  if (question === undefined || wanted.length === 0) return () => 0;
  const { vector, embedder } = question;
  const { vectors } = await embedder.embed(wanted, { truncate: true, urgency: "question" });
  const near = new Map(
    wanted.map((text, row) => [
      text,
      dot(vectors.data.subarray(row * vectors.dim, (row + 1) * vectors.dim), vector),
    ]),
  );
  return (text) => near.get(text) ?? 0;
};
