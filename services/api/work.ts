// Which requests an API thread answers, and what kind of work each of them is.

/**
 * `rows`: a few statements. `search`: a question to an index. `analysis`: computed from a whole collection. `embedding`: texts for the
 * model.
 */
export type Work = "rows" | "search" | "analysis" | "embedding";

/** A file that is sent, or a part of one: streamed to the blobs by whoever has the connection. */
export const isUpload = (method: string, path: string): boolean =>
  ((method === "PUT" || method === "POST") &&
    /^\/api\/v1\/collections\/[^/]+\/uploads$/u.test(path)) ||
  resumable.test(path);

/** Where a file is sent in parts: only the thread that takes them knows which are under way. */
const resumable = /^\/api\/v1\/collections\/[^/]+\/uploads\/resumable(?:\/[^/]+)?$/u;

/** A file that is kept already, and is copied to be read as another upload: that takes as long as to send it. */
const isCopy = (method: string, path: string): boolean =>
  method === "PUT" && /^\/api\/v1\/uploads\/[^/]+\/columns$/u.test(path);

/** Answers without an end, or as large as an upload: streamed by whoever has the connection. */
const streamed =
  /^\/api\/v1\/(?:uploads\/[^/]+\/(?:events|original)|collections\/[^/]+\/export|(?:collections\/[^/]+\/)?answer\/written)$/u;

const search = /^\/api\/v1\/(?:collections\/[^/]+\/)?(?:search|answer|map\/hits)$/u;

const analysis =
  /^\/api\/v1\/collections\/[^/]+\/(?:overview|compare|figures|messages|report|topics|topic-edits|map|labels|concepts|analysis\/files)(?:\/|$)/u;

/** Texts for the model, as OpenAI's, Ollama's and TEI's clients send them: bodies of several megabytes. */
export const isEmbedding = (path: string): boolean =>
  /^\/(?:v1\/embeddings|api\/embed|api\/embeddings|embed)$/u.test(path);

/** Passwords are hashed, and callers remembered, in one place; and the log is told who asked from where. */
const accounts =
  /^\/api\/v1\/(?:(?:auth|accounts?|organizations?|people|members|invitations|teams|keys|audit|shared|notices|sign-in-providers|given-up-jobs)(?:\/|$)|collections\/[^/]+\/(?:access|shares)(?:\/|$))/u;

/** What kind of work a request is; undefined where the thread that has the connection answers it itself. */
export const workOf = (method: string, path: string): Work | undefined => {
  if (isEmbedding(path)) return "embedding";
  if (!/^\/(?:api|v1)\//u.test(path)) return undefined;
  if (isUpload(method, path) || isCopy(method, path)) return undefined;
  if (streamed.test(path) || accounts.test(path)) return undefined;
  if (search.test(path)) return "search";
  return analysis.test(path) ? "analysis" : "rows";
};
