// The window's title for a page.
import { useEffect } from "react";

export const useTitle = (title?: string): void => {
  useEffect(() => {
    document.title = title === undefined || title === "" ? "Parlance" : `${title} · Parlance`;
  }, [title]);
};
