// The client of the command line: sends requests, and checks the answers against the contract.
import type { z } from "zod";
import { problem } from "#services/contract/common.ts";
import { ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";

export interface Client {
  /** What is asked, for people: a URL, or the home folder. */
  readonly where: string;
  /** True where this process does the work itself and must run until it is done. */
  readonly local: boolean;
  fetch(path: string, init?: RequestInit & { duplex?: "half" }): Promise<Response>;
  close(): Promise<void>;
}

/** Reads a problem+json answer back into an error. */
export const failureOf = async (response: Response): Promise<ParlanceError> => {
  const body: unknown = await response.json().catch(() => undefined);
  const read = problem.safeParse(body);
  if (!read.success)
    return unavailable(`The server answered ${response.status} ${response.statusText}.`, {
      code: "bad-answer",
      status: response.status,
    });
  const kind =
    response.status < 500 ? "rejected" : response.status === 500 ? "corrupt" : "unavailable";
  return new ParlanceError(kind, read.data.detail, {
    code: read.data.code,
    status: response.status,
    ...(read.data.hint === undefined ? {} : { hint: read.data.hint }),
  });
};

/** Sends a request, and checks the answer against the contract. @throws ParlanceError of the server. */
export const ask = async <S extends z.ZodType>(
  client: Client,
  schema: S,
  request: { path: string; method?: string; body?: unknown },
): Promise<z.infer<S>> => {
  const response = await client.fetch(request.path, {
    method: request.method ?? (request.body === undefined ? "GET" : "POST"),
    ...(request.body === undefined
      ? {}
      : { body: JSON.stringify(request.body), headers: { "content-type": "application/json" } }),
  });
  if (!response.ok) throw await failureOf(response);
  const read = schema.safeParse(await response.json());
  if (!read.success)
    throw rejected("The server has another version of Parlance's API.", {
      code: "bad-answer",
      hint: "Run the command line of the same version as the server.",
      cause: read.error,
    });
  return read.data;
};
