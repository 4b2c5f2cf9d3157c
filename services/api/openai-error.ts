// Failures in the shape that OpenAI's clients read.
import type { OpenAIError } from "#services/contract/embeddings.ts";
import type { ParlanceError } from "#services/domain/errors.ts";

const typeOf = (status: number): string => {
  if (status === 401) return "invalid_api_key";
  if (status === 429) return "rate_limit_exceeded";
  return status < 500 ? "invalid_request_error" : "server_error";
};

const codes: ReadonlyMap<string, string> = new Map<string, string>([
  ["unknown-model", "model_not_found"],
  ["text-too-long", "context_length_exceeded"],
  ["signed-out", "invalid_api_key"],
]);

/** Where the mistake is: what the validation said, or the input for what the model refused. */
const paramOf = ({ data, code }: ParlanceError): string | null => {
  const issues = data["issues"];
  const [first] = Array.isArray(issues) ? (issues as { path?: unknown }[]) : [];
  if (typeof first?.path === "string" && first.path !== "") return first.path;
  if (typeof data["param"] === "string") return data["param"];
  if (code === "bad-dimensions") return "dimensions";
  return code === "text-too-long" || code === "empty-text" ? "input" : null;
};

export const openaiErrorOf = (error: ParlanceError, status: number): OpenAIError => ({
  error: {
    message: error.hint === undefined ? error.message : `${error.message} ${error.hint}`,
    type: typeOf(status),
    param: paramOf(error),
    code: codes.get(error.code) ?? error.code.replaceAll("-", "_"),
  },
});
