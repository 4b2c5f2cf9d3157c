// Keyboard shortcuts of every page: focus the search field, go back, go to another page of the collection.
import { useHotkeys } from "@mantine/hooks";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useLayoutEffect, useRef } from "react";
import { useOpenCollection } from "./open-collection.ts";

const searchField = () => document.querySelector<HTMLInputElement>("input[data-search-field]");
const somethingIsOpen = () =>
  document.querySelector('[role="dialog"], [role="menu"], [aria-modal="true"]') !== null;

/** The key after G, and the page of the collection that it opens. */
const goes = {
  o: "/c/$collection",
  s: "/c/$collection/search",
  t: "/c/$collection/topics",
  m: "/c/$collection/map",
  f: "/c/$collection/trends",
  c: "/c/$collection/compare",
  n: "/c/$collection/concepts",
} as const;
type Going = keyof typeof goes;
const goingMs = 1_200;

/** G followed by a second key within 1.2 s opens a page of the collection. */
const useGoing = (): void => {
  const navigate = useNavigate();
  const collection = useOpenCollection();
  const pressed = useRef(0);
  useHotkeys([
    [
      "g",
      () => {
        pressed.current = Date.now();
      },
    ],
    ...(Object.keys(goes) as Going[]).map(
      (key): [string, () => void, { preventDefault: boolean }] => [
        key,
        () => {
          if (collection === undefined || Date.now() - pressed.current > goingMs) return;
          pressed.current = 0;
          void navigate({ to: goes[key], params: { collection } });
        },
        { preventDefault: false },
      ],
    ),
  ]);
};

export const usePageKeys = (): void => {
  useGoing();
  // Esc must not go back where it closes a dialog. A dialog without animation is gone by the time our handler runs, so
  // whether one is open is noted before: capture listeners of layout effects run before those of effects.
  const wasOpen = useRef(false);
  useLayoutEffect(() => {
    const look = () => {
      wasOpen.current = somethingIsOpen();
    };
    window.addEventListener("keydown", look, { capture: true });
    return () => window.removeEventListener("keydown", look, { capture: true });
  }, []);
  const router = useRouter();
  const navigate = useNavigate();
  const collection = useOpenCollection();
  useHotkeys([
    [
      "/",
      () => {
        const field = searchField();
        if (field) {
          field.focus();
          field.select();
        } else if (collection !== undefined)
          void navigate({ to: "/c/$collection/search", params: { collection } });
        else void navigate({ to: "/search" });
      },
    ],
  ]);
  // Also inside fields: the first Esc leaves the field, the second goes back.
  useHotkeys(
    [
      [
        "Escape",
        () => {
          if (wasOpen.current || somethingIsOpen()) return;
          const focused = document.activeElement;
          if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement)
            focused.blur();
          else if (router.history.canGoBack()) router.history.back();
        },
        { preventDefault: false },
      ],
    ],
    [],
  );
};
