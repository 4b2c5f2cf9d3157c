// The client of the command line: sends requests, and checks the answers against the contract.
import type { z } from "zod";
import { problem } from "#services/contract/common.ts";
import { ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";

export interface Client {
  /** What is asked, for people: a URL, or the home folder. */
  readonly where: string;
  /** True where this process does the work itself and must run until it is done. */
  readonly local: boolean;
  /** The header that says who asks, of a client that asks over HTTP; undefined says nothing. */
  readonly authorization?: () => Promise<string | undefined>;
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
  // The server speaks of a header, which nobody types here.
  const hint =
    read.data.code === "signed-out"
      ? "`parlance login https://…` keeps an API key for that server; or set PARLANCE_API_KEY."
      : read.data.hint;
  const kind =
    response.status < 500 ? "rejected" : response.status === 500 ? "corrupt" : "unavailable";
  return new ParlanceError(kind, read.data.detail, {
    code: read.data.code,
    status: response.status,
    ...(hint === undefined ? {} : { hint }),
  });
};

export interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
}

const send = async (client: Client, { path, method, body }: Asked): Promise<Response> => {
  const response = await client.fetch(path, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (!response.ok) throw await failureOf(response);
  return response;
};

/** Sends a request whose answer says nothing. @throws ParlanceError of the server. */
export const tell = async (client: Client, request: Asked): Promise<void> => {
  const response = await send(client, request);
  await response.body?.cancel();
};

/** Sends a request, and checks the answer against the contract. @throws ParlanceError of the server. */
export const ask = async <S extends z.ZodType>(
  client: Client,
  schema: S,
  request: Asked,
): Promise<z.infer<S>> => {
  const read = schema.safeParse(await (await send(client, request)).json());
  if (!read.success)
    throw rejected("The server has another version of Parlance's API.", {
      code: "bad-answer",
      hint: "Run the command line of the same version as the server.",
      cause: read.error,
    });
  return read.data;
};
