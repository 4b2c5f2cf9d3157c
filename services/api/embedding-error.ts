// Failures in the shapes that clients of embedding servers read: OpenAI's, Ollama's, text-embeddings-inference's.
import type { ParlanceError } from "#services/domain/errors.ts";
import { openaiErrorOf } from "./openai-error.ts";
import { statusOf } from "./problem.ts";

/** A server that is busy is one that asks to be tried again more slowly: 429, which clients wait for; 503 makes some give up. */
const statusFor = ({ status, kind, code }: ParlanceError): number =>
  code === "busy" ? 429 : (status ?? statusOf[kind]);

const messageOf = ({ message, hint }: ParlanceError): string =>
  hint === undefined ? message : `${message} ${hint}`;

const teiType = (status: number): string => {
  if (status === 429) return "Overloaded";
  return status < 500 ? "Validation" : "Backend";
};

/** The status and the body for a path of these APIs; undefined for every other path. */
export const embeddingErrorOf = (
  path: string,
  error: ParlanceError,
): { status: number; body: object } | undefined => {
  const status = statusFor(error);
  if (path.startsWith("/v1/")) return { status, body: openaiErrorOf(error, status) };
  if (/^\/api\/(?:embed|embeddings|tags|version)$/u.test(path))
    return { status, body: { error: messageOf(error) } };
  if (path === "/embed" || path === "/info")
    return { status, body: { error: messageOf(error), error_type: teiType(status) } };
  return undefined;
};
