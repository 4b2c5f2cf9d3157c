// The health of this instance: parts that do not work in full, as reported by other rooms until they work again; checks of /ready.
import type { DegradedPart } from "#services/contract/system.ts";

export interface Health {
  /** Replaces everything that this source (a part of the program, by name) reported before; an empty list means no problems. */
  tell(source: string, parts: readonly DegradedPart[]): void;
  /** The problems of all sources, each once. */
  parts(): readonly DegradedPart[];
  /** Called with all parts whenever they change. */
  onChange(listener: (parts: readonly DegradedPart[]) => void): void;
}

/** One line of /ready. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** @param ask says how it is, for people; what it throws is why it is not well */
export const check = async (name: string, ask: () => Promise<string>): Promise<Check> => {
  try {
    return { name, ok: true, detail: await ask() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
};

const keyOf = ({ code, message, collection = "" }: DegradedPart) =>
  JSON.stringify([code, collection, message]);

export const openHealth = (): Health => {
  const told = new Map<string, readonly DegradedPart[]>();
  const listeners: ((parts: readonly DegradedPart[]) => void)[] = [];
  const all = () => [
    ...new Map([...told.values()].flat().map((part) => [keyOf(part), part])).values(),
  ];
  return {
    tell(source, parts) {
      const before = all().map(keyOf).join();
      if (parts.length === 0) told.delete(source);
      else told.set(source, parts);
      const now = all();
      if (now.map(keyOf).join() === before) return;
      for (const listener of listeners) listener(now);
    },
    parts: all,
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
};
