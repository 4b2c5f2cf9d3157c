// Sets the title of the browser window.
import { useEffect } from "react";

export const useTitle = (title?: string): void => {
  useEffect(() => {
    document.title = title === undefined || title === "" ? "Parlance" : `${title} · Parlance`;
  }, [title]);
};
