// Keys that work on every page: to the search field, and back.
import { useHotkeys } from "@mantine/hooks";
import { useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { useLayoutEffect, useRef } from "react";

const searchField = () => document.querySelector<HTMLInputElement>("input[data-search-field]");
const somethingIsOpen = () =>
  document.querySelector('[role="dialog"], [role="menu"], [aria-modal="true"]') !== null;

/** G, then one of these: to a page of the collection. */
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

/** The second key of the two; it does nothing unless G came just before. */
const useGoing = (): void => {
  const navigate = useNavigate();
  const { collection } = useParams({ strict: false });
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
  // What closes on Esc has already gone from the page where nothing moves; so one looks before it hears of the key:
  // listeners of layout effects stand before those of effects.
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
  const { collection } = useParams({ strict: false });
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
  // Also inside fields: the first Esc leaves the field, the next goes back.
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
