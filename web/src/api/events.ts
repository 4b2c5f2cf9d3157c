// A stream of events of the server, opened again where it ends too soon.
import { reachability } from "./reachability.ts";
import { currentLook } from "./session.ts";
import { needsTicket, withTicket } from "./tickets.ts";

const againAfterMs = 3_000;

/**
 * Calls `onData` with the data of each event of this name. @returns stops it.
 *
 * Whoever sees the app as somebody else is given no tickets: pages ask again every few seconds all the same.
 *
 * The browser opens a stream again by itself, with the same address; a ticket in it has ended by then, and the server refuses it.
 */
export const openEvents = (
  address: string,
  name: string,
  onData: (data: unknown) => void,
): (() => void) => {
  let events: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  const listen = (ticketed: string) => {
    if (isStopped) return;
    events = new EventSource(ticketed);
    events.addEventListener(name, (event) => onData(JSON.parse(event.data)));
    events.addEventListener("error", () => {
      if (events?.readyState === EventSource.CLOSED && needsTicket()) openLater();
    });
  };
  const openLater = () => {
    if (isStopped) return;
    timer = setTimeout(reachability() === "reachable" ? openNow : openLater, againAfterMs);
  };
  const openNow = () => {
    if (needsTicket()) withTicket(address).then(listen, openLater);
    else listen(address);
  };

  if (currentLook() === undefined) openNow();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    events?.close();
  };
};
