// Scrolls the active one of a row of tabs into view.
import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** On a narrow screen the tabs scroll sideways; this scrolls the active tab into view. */
export const useActiveTabInView = () => {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active tab changes with the page
  useEffect(() => {
    const box = nav.current;
    const tab = box?.querySelector<HTMLElement>(".tab.active");
    if (!box || !tab) return;
    const { offsetLeft, offsetWidth } = tab;
    if (offsetLeft < box.scrollLeft || offsetLeft + offsetWidth > box.scrollLeft + box.clientWidth)
      box.scrollTo({ left: offsetLeft - (box.clientWidth - offsetWidth) / 2 });
  }, [pathname]);
  return nav;
};
