// The cursor: where the next page starts, valid for the versions and the question it was made for.
import { createHash } from "node:crypto";
import { z } from "zod";
import { badCursor } from "#services/domain/bad-cursor.ts";
import { rejected } from "#services/domain/errors.ts";

/** Hits of one question that can be paged through; further ones are found with narrower questions. */
export const MOST_HITS = 100_000;

const content = z.strictObject({
  /** Collections with their versions, in the order asked. */
  v: z.array(z.tuple([z.string().max(60), z.int()])).max(1000),
  /** Hash of the question. */
  q: z.string().max(40),
  /** Number of hits sent before. The seal needs no secret: a larger one would have a whole collection ranked. */
  o: z.int().min(0).max(MOST_HITS),
});

export interface Cursor {
  readonly versions: readonly (readonly [collection: string, version: number])[];
  readonly offset: number;
}

const seal = (body: string): string =>
  createHash("sha256").update(`parlance-cursor\n${body}`).digest("base64url").slice(0, 12);

/** A hash of everything that decides the ranking: the whole request except the page, with keys in any order. */
export const hashQuestion = (request: Readonly<Record<string, unknown>>): string =>
  createHash("sha256")
    .update(
      JSON.stringify(request, (_, value: unknown) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
          : value,
      ),
    )
    .digest("base64url")
    .slice(0, 22);

export const printCursor = (cursor: Cursor, question: string): string => {
  const body = JSON.stringify({ v: cursor.versions, q: question, o: cursor.offset });
  return `${Buffer.from(body).toString("base64url")}.${seal(body)}`;
};

/** undefined where the text is not JSON: the checksum needs no secret, so anybody can make one for any text. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws ParlanceError rejected `bad-cursor` where it is not one of our cursors or belongs to another question. */
export const readCursor = (text: string, question: string): Cursor => {
  const [encoded = "", mark] = text.split(".");
  const body = Buffer.from(encoded, "base64url").toString("utf8");
  const bad = (message: string, cause?: unknown) =>
    rejected(message, {
      code: "bad-cursor",
      hint: "Ask for the first page again, without a cursor.",
      cause,
    });
  if (mark !== seal(body)) throw badCursor();
  const parsed = content.safeParse(parseJson(body));
  if (!parsed.success)
    throw bad("The cursor comes from another version of Parlance.", parsed.error);
  if (parsed.data.q !== question)
    throw bad("The cursor belongs to another question: only `limit` may change between pages.");
  return { versions: parsed.data.v, offset: parsed.data.o };
};
