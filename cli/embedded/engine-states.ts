// Which vector engines can be used on this machine, and why one cannot.
import { engines } from "#index-store/ann/choose.ts";
import type { Config } from "#services/config/config.ts";

export interface EngineState {
  readonly name: string;
  readonly available: boolean;
  readonly reason: string | null;
}

export const engineStates = (config: Pick<Config, "faiss">): EngineState[] =>
  Object.values(engines({ faiss: config.faiss })).map((engine) => {
    const reason = engine.unavailable() ?? null;
    return { name: engine.name, available: reason === null, reason };
  });
