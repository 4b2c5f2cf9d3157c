// A box that scrolls sideways where its content is wider than the screen; it can be focused, to scroll by keyboard.
import type { ReactNode } from "react";

export interface ScrollBoxProps {
  readonly label: string;
  /** Width that the content needs, pixels. */
  readonly minWidth: number;
  readonly children: ReactNode;
}

export function ScrollBox({ label, minWidth, children }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} style={{ overflowX: "auto" }}>
      <div style={{ minWidth }}>{children}</div>
    </section>
  );
}
