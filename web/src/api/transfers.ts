// The queue of files that this browser sends, two at a time. It lives outside the pages, so changing the page does not stop it.
import type { QueryClient } from "@tanstack/react-query";
import type { Upload } from "#services/contract/uploads.ts";
import { refuseBinary, TELLING_BYTES } from "#services/domain/binary-file.ts";
import { forgetBegunUploads } from "./begun-uploads.ts";
import { sendFile } from "./uploads.ts";

export type Transfer = {
  readonly key: string;
  readonly collection: string;
  readonly file: File;
  /** It is imported once somebody has seen what is in it. */
  readonly inspect: boolean;
} & (
  | { readonly kind: "waiting" }
  | { readonly kind: "sending"; readonly sent: number }
  | { readonly kind: "failed"; readonly error: unknown }
);

const atOnce = 2;
let transfers: readonly Transfer[] = [];
const stops = new Map<string, AbortController>();
const listeners = new Set<() => void>();

const put = (next: readonly Transfer[]) => {
  transfers = next;
  for (const listener of listeners) listener();
};
const change = (key: string, next: (now: Transfer) => Transfer) =>
  put(transfers.map((one) => (one.key === key ? next(one) : one)));
const drop = (key: string) => put(transfers.filter((one) => one.key !== key));

export const allTransfers = (): readonly Transfer[] => transfers;
export const onTransfers = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const run = async (one: Transfer, client: QueryClient) => {
  const { key, collection, file, inspect } = one;
  const stop = new AbortController();
  stops.set(key, stop);
  change(key, () => ({ key, collection, file, inspect, kind: "sending", sent: 0 }));
  try {
    // Here too, and not only at the server: a large video need not be sent to learn that it is none.
    const head = await file.slice(0, TELLING_BYTES).arrayBuffer();
    refuseBinary(file.name, new Uint8Array(head));
    const accepted = await sendFile(
      { collection, file, key, inspect, signal: stop.signal },
      (sent) => change(key, () => ({ key, collection, file, inspect, kind: "sending", sent })),
    );
    client.setQueryData<Upload[]>(["uploads", collection], (known = []) => [
      accepted,
      ...known.filter((other) => other.id !== accepted.id),
    ]);
    drop(key);
    void client.invalidateQueries({ queryKey: ["uploads", collection] });
    void client.invalidateQueries({ queryKey: ["collections"] });
  } catch (error) {
    if (stop.signal.aborted) drop(key);
    else change(key, () => ({ key, collection, file, inspect, kind: "failed", error }));
  } finally {
    stops.delete(key);
    next(client);
  }
};

const next = (client: QueryClient) => {
  const busy = transfers.filter((one) => one.kind === "sending").length;
  for (const one of transfers.filter((each) => each.kind === "waiting").slice(0, atOnce - busy))
    void run(one, client);
};

/** Puts files in the queue. The key is sent as Idempotency-Key: sending again after a lost connection is the same upload. */
export const sendFiles = (
  collection: string,
  files: readonly File[],
  { client, inspect }: { readonly client: QueryClient; readonly inspect: boolean },
): void => {
  put([
    ...transfers,
    ...files.map(
      (file): Transfer => ({ key: newKey(), collection, file, inspect, kind: "waiting" }),
    ),
  ]);
  next(client);
};

export const resendTransfer = (key: string, client: QueryClient): void => {
  change(key, ({ collection, file, inspect }) => ({
    key,
    collection,
    file,
    inspect,
    kind: "waiting",
  }));
  next(client);
};

export const dropTransfer = (key: string): void => {
  const stop = stops.get(key);
  if (stop) stop.abort();
  else drop(key);
};

/** What the person who signs out was sending is not for the next one to see. */
export const dropAllTransfers = (): void => {
  for (const { key } of transfers) dropTransfer(key);
  forgetBegunUploads();
};

// crypto.randomUUID exists only on https and localhost; a server on the local network may be reached by plain http.
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
