// A text field whose value lives in the address: at once on the screen, a moment later in the address.
import { useEffect, useRef, useState } from "react";

const restMs = 140;

/**
 * @param settled the value that the address has.
 * @param settle puts the typed value there, once the person rests.
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

  // Someone else changed the address (back button, a link): the field follows; our own echo does not overwrite newer typing.
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
