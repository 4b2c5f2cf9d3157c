// The messages of a conversation, only those in sight drawn, more fetched at both ends, the view held where it was.
import { Loader } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import type { Row } from "../../shape/texts/message-rows.ts";
import { longDate } from "../../shape/words/times.ts";

export interface ConversationScrollProps {
  readonly rows: readonly Row[];
  /** The message to go to; gone to again whenever it becomes another. */
  readonly at: string | undefined;
  /** Messages that match the question, to be walked with n and p. */
  readonly matches: readonly string[];
  readonly draw: (row: Extract<Row, { kind: "message" }>) => ReactNode;
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly onEarlier: () => void;
  readonly onLater: () => void;
  readonly label: string;
}

const guessedHeight = 74;
const nearRows = 12;

export function ConversationScroll(props: ConversationScrollProps) {
  const { rows, at, matches, draw, atStart, atEnd, onEarlier, onLater, label } = props;
  const box = useRef<HTMLElement>(null);
  // React Compiler is not used here; the virtualizer's own state drives the drawing.
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: () => guessedHeight,
    overscan: 8,
    paddingStart: 28,
    paddingEnd: 72,
    // Messages that come in above push nothing away.
    anchorTo: "end",
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  const gone = useRef<string | undefined>(undefined);
  const settled = useRef(false);
  useEffect(() => {
    if (rows.length === 0 || gone.current === at) return;
    const place = at === undefined ? 0 : rows.findIndex((row) => row.key === at);
    if (place < 0) return;
    gone.current = at;
    settled.current = false;
    virtual.scrollToIndex(place, { align: at === undefined ? "start" : "center" });
    // Heights are guesses until drawn; a second look once the neighbours have been measured.
    const second = setTimeout(() => {
      virtual.scrollToIndex(place, { align: at === undefined ? "start" : "center" });
      settled.current = true;
    }, 120);
    return () => {
      clearTimeout(second);
      settled.current = true;
    };
  }, [at, rows, virtual]);

  const wantsEarlier = !atStart && first < nearRows;
  const wantsLater = !atEnd && last > rows.length - nearRows;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked when an end comes near or has moved on, not when the callbacks are others
  useEffect(() => {
    if (!settled.current) return;
    if (wantsEarlier) onEarlier();
    if (wantsLater) onLater();
  }, [wantsEarlier, wantsLater, rows.length, first, last]);

  const walk = (by: 1 | -1) => {
    const places = matches.map((id) => rows.findIndex((row) => row.key === id));
    const middle = Math.floor((first + last) / 2);
    const next =
      by > 0 ? places.find((place) => place > middle) : places.findLast((place) => place < middle);
    if (next !== undefined) virtual.scrollToIndex(next, { align: "center" });
  };
  useHotkeys([
    ["n", () => walk(1)],
    ["p", () => walk(-1)],
  ]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className="talk-scroll" ref={box} tabIndex={0} aria-label={label}>
      <div className="talk-list" style={{ height: virtual.getTotalSize() }}>
        {!atStart && (
          <div style={{ textAlign: "center", paddingTop: 6 }}>
            <Loader size={16} role="status" aria-label="Loading earlier messages" />
          </div>
        )}
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="talk-row"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {row.kind === "day" ? (
                  <div className="talk-day">{longDate(row.at)}</div>
                ) : (
                  draw(row)
                )}
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}
