// Which vector engines can be used on this machine, and why one cannot.
import { engines } from "#index-store/ann/choose.ts";
import type { Config } from "#services/config/config.ts";

export interface EngineState {
  readonly name: string;
  readonly available: boolean;
  readonly reason: string | null;
}

export const engineStates = (config: Pick<Config, "faiss" | "vectorsUrl">): EngineState[] => [
  ...Object.values(engines({ faiss: config.faiss }))
    .filter(({ name }) => name !== "pgvector")
    .map((engine) => {
      const reason = engine.unavailable() ?? null;
      return { name: engine.name, available: reason === null, reason };
    }),
  // Only told of where it is configured: it is on another machine, and most have none.
  ...(config.vectorsUrl === undefined ? [] : [{ name: "pgvector", available: true, reason: null }]),
];
