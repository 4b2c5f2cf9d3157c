// How a page hands files to the drop flow.
import { createContext } from "react";

/** Into the named collection, the one of the page, or one the person is asked for. */
export const Offer = createContext<(files: readonly File[], into?: string) => void>(() => {});
