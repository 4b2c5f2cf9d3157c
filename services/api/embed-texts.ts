// Texts of a request → vectors, as every embedding API has it: the model checked, limits kept, tokens counted, callers in turn.
import type { Context } from "hono";
import { rejected } from "#services/domain/errors.ts";
import type { Caller, Scope } from "#services/domain/scope.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import type { Embedder } from "#services/embed/embed.ts";
import type { ModelFacts } from "#services/models/models.ts";
import type { ApiParts } from "./api-app.ts";
import type { Variables } from "./guard.ts";

/** Tokens of one request in all, as OpenAI has it. */
export const MAX_TOKENS = 300_000;

/** How many tokens were embedded: for whoever counts them, who does not read the answer. */
export const TOKENS_HEADER = "x-parlance-tokens";

/** The models that texts can be embedded with, the default first; those that cannot be had are left out. None is opened for it. */
export const readyModels = async ({
  models,
}: Pick<ApiParts["machine"], "models">): Promise<ModelFacts[]> => {
  const ready = (await models.list()).models.filter(({ state }) => state === "ready");
  const found = await Promise.all(
    ready.map(({ id }) => models.facts(id).catch((): undefined => undefined)),
  );
  return found.filter((model) => model !== undefined);
};

const checkTexts = (embedder: Embedder, texts: readonly string[]): void => {
  const empty = texts.indexOf("");
  if (empty >= 0)
    throw rejected(`Input ${empty} is empty.`, { code: "empty-text", data: { param: "input" } });
  // A token has at least one character, so that most requests need no counting.
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  if (characters <= MAX_TOKENS) return;
  let tokens = 0;
  for (const text of texts) {
    tokens += embedder.countTokens(text);
    if (tokens > MAX_TOKENS)
      throw rejected(`The inputs have more than ${MAX_TOKENS} tokens together.`, {
        code: "text-too-long",
        hint: "Send them in several requests.",
        data: { param: "input" },
      });
  }
};

const idOf = (caller: Caller): string => ("id" in caller ? caller.id : caller.kind);

/** Whose texts wait together: those of a person, a key or a link. */
const ownerOf = ({ organization, caller }: Scope): string => `${organization} ${idOf(caller)}`;

export interface EmbedWish {
  readonly isQuery: boolean;
  /** Cut texts that are too long instead of refusing them. */
  readonly truncate: boolean;
  readonly dimensions?: number | null | undefined;
}

/**
 * @returns a unit row per text, in their order, and the tokens of all
 * @throws ParlanceError rejected `empty-text` | `text-too-long` | `bad-dimensions`; see `Embedder`
 */
export const embedTexts = async (
  c: Context<{ Variables: Variables }>,
  embedder: Embedder,
  texts: readonly string[],
  { isQuery, truncate, dimensions }: EmbedWish,
): Promise<{ vectors: Vectors; tokens: number }> => {
  checkTexts(embedder, texts);
  const cut = dimensions ?? embedder.model.dim;
  const { vectors, tokens } = await embedder.embed(texts, {
    inputType: isQuery ? "query" : "document",
    truncate,
    owner: ownerOf(c.get("scope")),
    signal: c.req.raw.signal,
    ...(cut === embedder.model.dim ? {} : { dimensions: cut }),
  });
  const used = tokens.reduce((sum, count) => sum + count, 0);
  c.header(TOKENS_HEADER, String(used));
  return { vectors, tokens: used };
};

export const asNumbers = (vectors: Vectors): number[][] =>
  Array.from({ length: vectors.rows }, (_, index) => Array.from(row(vectors, index)));
