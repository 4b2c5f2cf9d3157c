// The scrolling list of a conversation: draws only visible rows, loads more at both ends, keeps the scroll position.
import { Loader } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Row } from "../../shape/texts/message-rows.ts";
import { longDate } from "../../shape/words/times.ts";

export interface ConversationScrollProps {
  readonly rows: readonly Row[];
  /** Id of the message to scroll to, or "last"; scrolled to again when it changes. */
  readonly at: string | undefined;
  /** Ids of messages that match the query: N and P move between them. */
  readonly matches: readonly string[];
  readonly draw: (row: Extract<Row, { kind: "message" }>) => ReactNode;
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly onEarlier: () => void;
  readonly onLater: () => void;
  /** To an end that is not loaded. */
  readonly onFirst: () => void;
  readonly onLast: () => void;
  readonly label: string;
}

/** In the place of a message's id: the end of the conversation. */
const LAST = "last";

const placeIn = (rows: readonly Row[], at: string | undefined): number => {
  if (at === undefined) return 0;
  return at === LAST ? rows.length - 1 : rows.findIndex((row) => row.key === at);
};

const guessedHeight = 74;
const nearRows = 12;

export function ConversationScroll(props: ConversationScrollProps) {
  const { rows, at, matches, draw, atStart, atEnd, onEarlier, onLater, label } = props;
  const { onFirst, onLast } = props;
  const box = useRef<HTMLElement>(null);
  // The virtualizer renders again by its own state, which the React Compiler would not see; it is not used here.
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: () => guessedHeight,
    overscan: 8,
    paddingStart: 28,
    paddingEnd: 72,
    // Messages that load above must not move the visible ones.
    anchorTo: "end",
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  const gone = useRef<string | undefined>(undefined);
  // Where it opens at its beginning, there is nowhere to scroll to first.
  const [isSettled, setIsSettled] = useState(at === undefined);
  useEffect(() => {
    if (rows.length === 0 || gone.current === at) return;
    const place = placeIn(rows, at);
    if (place < 0) return;
    gone.current = at;
    setIsSettled(false);
    const align = at === undefined ? "start" : at === LAST ? "end" : "center";
    virtual.scrollToIndex(place, { align });
    // Keys that scroll work without a click.
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true });
    // Heights are estimates until rows are drawn; scroll again once the neighbours have been measured.
    const second = setTimeout(() => {
      virtual.scrollToIndex(place, { align });
      setIsSettled(true);
    }, 120);
    return () => {
      clearTimeout(second);
      setIsSettled(true);
    };
  }, [at, rows, virtual]);

  const wantsEarlier = !atStart && first < nearRows;
  const wantsLater = !atEnd && last > rows.length - nearRows;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when an end comes near or has moved, also where all is seen at once; not when the callbacks change
  useEffect(() => {
    if (!isSettled) return;
    if (wantsEarlier) onEarlier();
    if (wantsLater) onLater();
  }, [isSettled, wantsEarlier, wantsLater, rows.length, first, last]);

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
    ["Home", () => (atStart ? virtual.scrollToIndex(0) : onFirst())],
    ["End", () => (atEnd ? virtual.scrollToIndex(rows.length - 1, { align: "end" }) : onLast())],
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
