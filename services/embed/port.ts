// An embedder in another thread, used over a message port, so that all threads of the process share one open model.
import type { MessagePort } from "node:worker_threads";
import { ParlanceError, type SerializedError, unavailable } from "#services/domain/errors.ts";
import type { Embedded, Embedder, EmbedOptions } from "./embedder.ts";

type Facts = Pick<Embedder, "model" | "providers">;
type Options = Omit<EmbedOptions, "signal">;

/** @param model its name; undefined for the default */
type Ask = { readonly id: number; readonly model: string | undefined } & (
  | { readonly kind: "open" }
  | { readonly kind: "embed"; readonly texts: readonly string[]; readonly options: Options }
);
type Answer = { readonly id: number } & (
  | { readonly kind: "opened"; readonly facts: Facts }
  | { readonly kind: "embedded"; readonly embedded: Embedded }
  | { readonly kind: "failed"; readonly error: SerializedError }
);

type OpenByName = (model: string | undefined) => Promise<Embedder>;

const serialized = (error: unknown): SerializedError =>
  error instanceof ParlanceError
    ? error.toJSON()
    : unavailable(error instanceof Error ? error.message : String(error), {
        code: "embedder-failed",
      }).toJSON();

const answerTo = async (ask: Ask, open: OpenByName): Promise<Answer> => {
  try {
    const embedder = await open(ask.model);
    const { id } = ask;
    if (ask.kind === "embed")
      return { id, kind: "embedded", embedded: await embedder.embed(ask.texts, ask.options) };
    const { model, providers } = embedder;
    return { id, kind: "opened", facts: { model, providers } };
  } catch (error) {
    return { id: ask.id, kind: "failed", error: serialized(error) };
  }
};

/** Answers requests on the port with this thread's embedders, each opened at the first request, until the port closes. */
export const serveEmbedder = (port: MessagePort, open: OpenByName): void => {
  port.on("message", async (ask: Ask) => {
    port.postMessage(await answerTo(ask, open));
  });
  port.unref();
};

/**
 * The client side of `serveEmbedder`. A token counter of the same model is passed in, because counting is synchronous.
 * @returns a function that opens the embedder of a model; it may be called again after a failure.
 */
export const embedderOverPort = (
  port: MessagePort,
  countTokens: (model: string | undefined) => Promise<Embedder["countTokens"]>,
): ((model?: string) => Promise<Embedder>) => {
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let nextId = 0;
  let gone = false;
  const closedError = () =>
    unavailable("The embedder has been closed.", { code: "embedder-closed" });
  port.on("message", (answer: Answer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  port.on("close", () => {
    gone = true;
    for (const { reject } of waiting.values()) reject(closedError());
    waiting.clear();
  });
  port.unref();

  const ask = async (
    model: string | undefined,
    message:
      | { readonly kind: "open" }
      | { readonly kind: "embed"; readonly texts: readonly string[]; readonly options: Options },
  ): Promise<Answer> => {
    if (gone) throw closedError();
    const id = nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.set(id, { resolve, reject });
    const sent: Ask = { id, model, ...message };
    port.postMessage(sent);
    const answer = await promise;
    if (answer.kind === "failed") throw ParlanceError.fromJSON(answer.error);
    return answer;
  };

  return async (model) => {
    const opened = await ask(model, { kind: "open" });
    if (opened.kind !== "opened") throw closedError();
    let closed = false;
    return {
      ...opened.facts,
      countTokens: await countTokens(model),
      async embed(texts, { signal, ...options } = {}) {
        if (closed) throw closedError();
        const checkSignal = () => {
          if (signal?.aborted === true)
            throw unavailable("Embedding was cancelled.", { code: "aborted" });
        };
        checkSignal();
        const answer = await ask(model, { kind: "embed", texts, options });
        checkSignal();
        if (answer.kind !== "embedded") throw closedError();
        return answer.embedded;
      },
      async close() {
        closed = true;
      },
    };
  };
};
