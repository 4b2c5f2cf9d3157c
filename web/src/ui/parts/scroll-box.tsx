// A box that scrolls sideways where its content is wider than the screen; it can be focused, to scroll by keyboard.
import { type ReactNode, useEffect, useRef, useState } from "react";
import "./scroll-box.css";

export interface ScrollBoxProps {
  readonly label: string;
  /** Width that the content needs, pixels. */
  readonly minWidth: number;
  readonly children: ReactNode;
}

/** Widths and scroll positions are not whole numbers on every screen. */
const closeTo = 1;

/** The edges beyond which there is more to see, as values of `data-more`; undefined where all of it is seen. */
const hiddenAt = (box: HTMLElement): "left" | "right" | "both" | undefined => {
  const left = box.scrollLeft > closeTo;
  const right = box.scrollWidth - box.clientWidth - box.scrollLeft > closeTo;
  if (left && right) return "both";
  if (left) return "left";
  return right ? "right" : undefined;
};

export function ScrollBox({ label, minWidth, children }: ScrollBoxProps) {
  const box = useRef<HTMLElement>(null);
  const [more, setMore] = useState<ReturnType<typeof hiddenAt>>();
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const look = () => setMore(hiddenAt(place));
    look();
    const watch = new ResizeObserver(look);
    watch.observe(place);
    if (place.firstElementChild) watch.observe(place.firstElementChild);
    place.addEventListener("scroll", look, { passive: true });
    return () => {
      watch.disconnect();
      place.removeEventListener("scroll", look);
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section ref={box} aria-label={label} tabIndex={0} className="scroll-box" data-more={more}>
      <div style={{ minWidth }}>{children}</div>
    </section>
  );
}
