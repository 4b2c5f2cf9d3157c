// The value of a text field that is kept in the URL: shown at once, written to the URL after a short pause.
import { useEffect, useRef, useState } from "react";

const restMs = 140;

/**
 * @param settled the value in the URL.
 * @param settle writes a value to the URL; called 140 ms after the last key.
 * @returns the shown value, a setter that waits, and a setter that writes at once.
 */
export const useTyped = (
  settled: string,
  settle: (value: string) => void,
): readonly [string, (value: string) => void, (value: string) => void] => {
  const [typed, setTyped] = useState(settled);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const sent = useRef(settled);
  const latestSettle = useRef(settle);
  useEffect(() => {
    latestSettle.current = settle;
  });

  // Where the URL was changed by something else (back button, a link), the field follows. A change that this field wrote
  // itself is ignored, or it would overwrite what was typed since.
  useEffect(() => {
    if (settled === sent.current) return;
    sent.current = settled;
    setTyped(settled);
  }, [settled]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const now = (value: string) => {
    clearTimeout(timer.current);
    sent.current = value;
    setTyped(value);
    latestSettle.current(value);
  };
  const type = (value: string) => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = value;
      latestSettle.current(value);
    }, restMs);
  };
  return [typed, type, now];
};
