// What is read, for error messages and lists of formats: the guides without their details.
import { guides } from "#services/domain/guides/guides.ts";
import type { FormatDescription } from "./events.ts";

export const formats: readonly FormatDescription[] = guides.map(
  ({ source, family, name, accepts, basis }) => ({
    source,
    family,
    name,
    accepts,
    ...(basis && { basis }),
  }),
);
