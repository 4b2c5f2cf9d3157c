// All figures by name.
import type { Figure, FigureName } from "./figure.ts";
import type { View } from "./view.ts";
import { volume } from "./volume.ts";

const makers: Partial<Readonly<Record<FigureName, (view: View) => Figure>>> = {
  volume,
};

/** The figures of these names, in their order. */
export const figuresOf = (view: View, names: readonly FigureName[]): Figure[] =>
  names.flatMap((name) => makers[name]?.(view) ?? []);
