// The embedding APIs of Ollama and of text-embeddings-inference (TEI), in requests and responses.
import { z } from "zod";

const texts = z.union([z.string(), z.array(z.string()).min(1).max(2048)]);

/** Unknown fields are accepted: clients send options that only Ollama's own models have. */
export const ollamaEmbedRequest = z
  .looseObject({
    model: z.string().min(1).max(300),
    input: texts,
    /** Cut what is too long. As Ollama has it, true where nothing is said. */
    truncate: z.boolean().default(true),
    /** Only for models whose vectors can be shortened (Matryoshka). */
    dimensions: z.int().min(1).optional(),
  })
  .meta({ id: "OllamaEmbedRequest" });

export const ollamaEmbedAnswer = z
  .object({
    model: z.string(),
    embeddings: z.array(z.array(z.number())),
    /** Nanoseconds. */
    total_duration: z.int(),
    load_duration: z.int(),
    /** Tokens of the input. */
    prompt_eval_count: z.int(),
  })
  .meta({ id: "OllamaEmbedAnswer" });

export const ollamaPromptRequest = z
  .looseObject({ model: z.string().min(1).max(300), prompt: z.string() })
  .meta({ id: "OllamaPromptRequest" });

export const ollamaPromptAnswer = z
  .object({ embedding: z.array(z.number()) })
  .meta({ id: "OllamaPromptAnswer" });

export const ollamaModels = z
  .object({
    models: z.array(
      z.object({
        name: z.string(),
        model: z.string(),
        modified_at: z.string(),
        /** Bytes. */
        size: z.int(),
        /** The model's fingerprint (sha256). */
        digest: z.string(),
        details: z.object({ format: z.string(), family: z.string() }),
      }),
    ),
  })
  .meta({ id: "OllamaModels" });

export const ollamaVersion = z.object({ version: z.string() }).meta({ id: "OllamaVersion" });

export const ollamaError = z.object({ error: z.string() }).meta({ id: "OllamaError" });

export const teiEmbedRequest = z
  .looseObject({
    inputs: texts,
    /** Cut what is too long instead of refusing it. */
    truncate: z.boolean().nullish(),
    /** Vectors have unit length here, always. */
    normalize: z.literal(true, "Vectors have unit length here: leave normalize out.").default(true),
    /** `query` for a question, where the model wants another prefix for it. */
    prompt_name: z.string().max(100).nullish(),
    dimensions: z.int().min(1).nullish(),
  })
  .meta({ id: "TeiEmbedRequest" });

export const teiEmbedAnswer = z.array(z.array(z.number())).meta({ id: "TeiEmbedAnswer" });

export const teiInfo = z
  .object({
    model_id: z.string(),
    /** The model's fingerprint (sha256). */
    model_sha: z.string(),
    model_dtype: z.string(),
    model_type: z.object({ embedding: z.object({ pooling: z.string() }) }),
    max_input_length: z.int(),
    max_client_batch_size: z.int(),
    max_batch_tokens: z.int(),
    version: z.string(),
  })
  .meta({ id: "TeiInfo" });

export const teiError = z
  .object({ error: z.string(), error_type: z.string() })
  .meta({ id: "TeiError" });
