// The function that imports dropped files, as a React context for all pages.
import { createContext } from "react";

/** Imports into the given collection, else into that of the page, else the person is asked. */
export const DropFiles = createContext<(files: readonly File[], into?: string) => void>(() => {});
