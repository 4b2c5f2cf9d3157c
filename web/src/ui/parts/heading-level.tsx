// Which level the title of an error or an empty state has: it is the page's heading where the page has none.
import { createContext, type ReactNode, use } from "react";

const Level = createContext<1 | 2>(1);

export const useHeadingLevel = (): 1 | 2 => use(Level);

/** Around what stands below a page's own `h1`. */
export function BelowHeading({ children }: { readonly children: ReactNode }) {
  return <Level value={2}>{children}</Level>;
}
