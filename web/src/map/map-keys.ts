// Keyboard shortcuts of the map: arrows move it, + and − zoom, L and B select an area, Escape clears the last step.
import { useHotkeys } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import type { Tool } from "./gestures.ts";
import type { Viewport } from "./viewport.ts";

export interface MapKeys {
  readonly viewport: Viewport;
  readonly enabled: boolean;
  readonly onTool: (tool: Tool) => void;
  readonly onTable: () => void;
  /** Enter with the box tool: selects what the window shows. */
  readonly onWindow: () => void;
  /** @returns whether something was cleared; if not, Escape goes back a page. */
  readonly onEscape: () => boolean;
}

const panStep = 90;
const zoomStep = 1.5;

const isTyping = () => {
  const at = document.activeElement;
  return (
    at instanceof HTMLInputElement ||
    at instanceof HTMLTextAreaElement ||
    at instanceof HTMLSelectElement
  );
};
/** Whether arrow keys move the map: not while a list or slider beside it has the focus. */
const arrowsAreOurs = () => {
  const at = document.activeElement;
  return at === null || at === document.body || at.closest(".map-stage, .map-tools") !== null;
};
const somethingIsOpen = () =>
  document.querySelector('[role="dialog"], [role="menu"], [aria-modal="true"]') !== null;

export const useMapKeys = (keys: MapKeys): void => {
  const { viewport, enabled } = keys;
  const when = (act: () => void) => () => {
    if (enabled && !somethingIsOpen()) act();
  };
  const pan = (dx: number, dy: number) => () => {
    if (enabled && arrowsAreOurs()) viewport.pan(dx * panStep, dy * panStep);
  };
  const arrows = { preventDefault: false } as const;
  useHotkeys([
    ["ArrowLeft", pan(1, 0), arrows],
    ["ArrowRight", pan(-1, 0), arrows],
    ["ArrowUp", pan(0, 1), arrows],
    ["ArrowDown", pan(0, -1), arrows],
    ["+", when(() => viewport.zoom(zoomStep))],
    ["shift++", when(() => viewport.zoom(zoomStep))],
    ["=", when(() => viewport.zoom(zoomStep))],
    ["-", when(() => viewport.zoom(1 / zoomStep))],
    ["0", when(viewport.showAll)],
    ["l", when(() => keys.onTool("lasso"))],
    ["b", when(() => keys.onTool("box"))],
    ["v", when(() => keys.onTool("move"))],
    ["t", () => keys.onTable()],
    [
      "Enter",
      () => {
        if (enabled && document.activeElement?.closest(".map-stage")) keys.onWindow();
      },
      { preventDefault: false },
    ],
  ]);
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    // In the capture phase, before the page's Escape handler, which goes back in the history.
    const clearStep = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || isTyping() || somethingIsOpen()) return;
      if (!latest.current.onEscape()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    window.addEventListener("keydown", clearStep, true);
    return () => window.removeEventListener("keydown", clearStep, true);
  }, []);
};
