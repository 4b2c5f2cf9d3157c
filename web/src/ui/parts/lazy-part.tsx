// A component whose code is fetched on first use, inside a page: a dialog, a chart.
import { CatchBoundary } from "@tanstack/react-router";
import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { fetchCode } from "../../api/lazy-code.ts";
import { ErrorMessage, useMissingCode } from "./error-message.tsx";

function NothingYet() {
  useMissingCode(true);
  return null;
}

/** What stands in the place of the component while its code is fetched, and where it cannot be. */
export interface Meanwhile<P> {
  readonly loading?: (props: P) => ReactNode;
  /** A panel that says so, or nothing, for what is not seen before it is opened. */
  readonly missing: "panel" | "nothing";
}

const never = () => "";

/** The code is fetched once; where that fails, again with the whole page as soon as the server answers. */
export const lazyPart = <P extends object>(
  load: () => Promise<ComponentType<P>>,
  { loading, missing }: Meanwhile<P>,
): ComponentType<P> => {
  const Part = lazy(async () => ({ default: await fetchCode(load) }));
  return (props: P) => (
    <CatchBoundary
      getResetKey={never}
      errorComponent={missing === "panel" ? ErrorMessage : NothingYet}
    >
      <Suspense fallback={loading?.(props)}>
        <Part {...props} />
      </Suspense>
    </CatchBoundary>
  );
};
