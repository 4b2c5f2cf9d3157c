// Opens the models of a process: from their files, or over a port to the thread that has them; or the one that a caller gives.
import type { MessagePort } from "node:worker_threads";
import type { Config } from "#services/config/config.ts";
import { openedOnce } from "#services/domain/opened-once.ts";
import {
  type Embedder,
  embedderOverPort,
  embeddingHere,
  type ModelPool,
  openModelPool,
  openOnnxEmbedder,
  openTokenCounter,
  type ResolvedModel,
} from "#services/embed/embed.ts";
import { type Locate, unknownModel } from "./locate.ts";

/** A model that nobody asks for so long leaves the memory. */
const MODEL_IDLE_MS = 600_000;

type OpenModel = (model: ResolvedModel) => Promise<Embedder>;

const overPort = (port: MessagePort): OpenModel => {
  const paths = new Map<string | undefined, string>();
  const open = embedderOverPort(
    port,
    async (model) => (await openTokenCounter(paths.get(model) ?? "")).countTokens,
  );
  return async ({ id, path }) => {
    paths.set(id, path);
    return embeddingHere(await open(id), path);
  };
};

/** One embedder, and no other. */
const onlyThis = (open: () => Promise<Embedder>): ModelPool => {
  const opened = openedOnce(open);
  return {
    async open(name) {
      const embedder = await opened();
      if (name === undefined || name === embedder.model.id) return embedder;
      throw unknownModel(name);
    },
    counter: async () => {
      const { countTokens, model } = await opened();
      return { countTokens, maxTokens: model.maxTokens };
    },
    loaded: () => [],
    close: async () => {
      if (opened.isOpen()) await (await opened().catch((): undefined => undefined))?.close();
    },
  };
};

/** @param given of the caller: the only embedder that there is, or the port where another thread serves its models */
export const openPool = (
  config: Pick<Config, "workers" | "executionProviders" | "modelMemoryBytes">,
  located: Locate,
  given: {
    readonly embedder?: (() => Promise<Embedder>) | undefined;
    readonly port?: MessagePort | undefined;
  },
): ModelPool => {
  const { embedder, port } = given;
  if (embedder !== undefined) return onlyThis(embedder);
  return openModelPool({
    find: located.locate,
    open:
      port === undefined
        ? ({ id, path }) =>
            openOnnxEmbedder({
              id,
              path,
              threads: config.workers,
              providers: config.executionProviders,
            })
        : overPort(port),
    budgetBytes: config.modelMemoryBytes,
    idleMs: MODEL_IDLE_MS,
  });
};
