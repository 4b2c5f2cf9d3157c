// J and K move the focus over the rows of a page's list: the link of every row has the attribute data-hit.
import { useHotkeys } from "@mantine/hooks";

const rows = () => [...document.querySelectorAll<HTMLElement>("main [data-hit]")];

/** The link of the focused row; undefined where none is focused. */
export const focusedRow = (): HTMLElement | undefined =>
  rows().find((row) => row.matches(":focus"));

const walk = (by: number): void => {
  const all = rows();
  const at = all.findIndex((row) => row.matches(":focus"));
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  next?.focus({ preventScroll: true });
  (next?.closest("li") ?? next)?.scrollIntoView({ block: "nearest" });
};

export const useListKeys = (): void => {
  useHotkeys([
    ["j", () => walk(1)],
    ["k", () => walk(-1)],
  ]);
};
