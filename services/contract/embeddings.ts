// OpenAI's embeddings API, in requests and responses.
import { z } from "zod";

const tokens = z.array(z.int().min(0)).min(1);

/** Unknown fields are accepted, because OpenAI's clients send more than is documented. */
export const embeddingsRequest = z
  .looseObject({
    model: z.string().min(1).max(300),
    input: z.union([
      z.string(),
      z.array(z.string()).min(1).max(2048),
      tokens,
      z.array(tokens).min(1).max(2048),
    ]),
    encoding_format: z.enum(["float", "base64"]).default("float"),
    /** Only for models whose vectors can be shortened (Matryoshka). */
    dimensions: z.int().min(1).optional(),
    user: z.string().optional(),
    /** Our extension: some models need another prefix for questions. */
    input_type: z.enum(["query", "document"]).optional(),
    /** The same, under the name that text-embeddings-inference uses. */
    prompt_name: z.string().max(100).optional(),
    /** Our extension: truncate what is too long instead of refusing it. */
    truncate: z.boolean().optional(),
  })
  .meta({ id: "EmbeddingsRequest" });
export type EmbeddingsRequest = z.infer<typeof embeddingsRequest>;

export const embeddingsAnswer = z
  .object({
    object: z.literal("list"),
    data: z.array(
      z.object({
        object: z.literal("embedding"),
        index: z.int(),
        /** Numbers, or base64 of little-endian float32. */
        embedding: z.union([z.array(z.number()), z.string()]),
      }),
    ),
    model: z.string(),
    usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
  })
  .meta({ id: "EmbeddingsAnswer" });

export const modelCard = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    /** Seconds since 1970. */
    created: z.int(),
    owned_by: z.string(),
    /** Our extension. */
    dimensions: z.int(),
    max_tokens: z.int(),
  })
  .meta({ id: "Model" });

export const modelCards = z
  .object({ object: z.literal("list"), data: z.array(modelCard) })
  .meta({ id: "ModelList" });

export const openaiError = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ id: "OpenAIError" });
export type OpenAIError = z.infer<typeof openaiError>;
