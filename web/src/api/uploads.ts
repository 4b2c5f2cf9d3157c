// Requests for uploads, their live progress, and sending a file.
import { queryOptions } from "@tanstack/react-query";
import { PART_BYTES } from "#services/contract/resumable.ts";
import {
  isAtRest,
  type Upload,
  upload,
  uploadAccepted,
  uploadEventName,
  uploadList,
} from "#services/contract/uploads.ts";
import { asked } from "./collections.ts";
import { openEvents } from "./events.ts";
import {
  base,
  type Headers,
  isOfProxy,
  ProblemError,
  readProblem,
  UnreachableError,
} from "./plain-request.ts";
import { serverDidNotAnswer, whileReachable } from "./reachability.ts";
import { ask, tell } from "./request.ts";
import { withToken } from "./session.ts";

const at = (id: string) => `${base}/uploads/${encodeURIComponent(id)}`;

/** The newest uploads of a collection; asked again every 4 s while one of them is not at rest. */
export const uploadsQuery = (collection: string) =>
  queryOptions({
    queryKey: ["uploads", collection],
    queryFn: async ({ signal }) =>
      (
        await ask(
          uploadList,
          `${base}/collections/${encodeURIComponent(collection)}/uploads?${asked({ limit: 100 })}`,
          { signal },
        )
      ).uploads,
    refetchInterval: (query) =>
      whileReachable((query.state.data ?? []).some((one) => !isAtRest(one.state)) && 4_000),
  });

/**
 * Imports a file that was inspected, unless it was inspected again since it was shown.
 * @returns the upload as it is then
 */
export const confirmUpload = ({ id, inspection }: Upload): Promise<Upload> =>
  ask(upload, `${at(id)}/confirm?${asked({ inspectedAt: inspection?.inspectedAt })}`, {
    method: "POST",
  });
export const cancelUpload = (id: string) => tell(`${at(id)}/cancel`, { method: "POST" });
export const retryUpload = (id: string) => tell(`${at(id)}/retry`, { method: "POST" });
export const deleteUpload = (id: string) => tell(at(id), { method: "DELETE" });
export const originalUrl = (id: string): string => `${at(id)}/original`;

/** Calls `onUpload` with every change of one upload until it is at rest. @returns stops it. */
export const followUpload = (id: string, onUpload: (now: Upload) => void): (() => void) => {
  const stop = openEvents(`${at(id)}/events`, uploadEventName, (data) => {
    const now = upload.safeParse(data);
    if (!now.success) return;
    onUpload(now.data);
    if (isAtRest(now.data.state)) stop();
  });
  return stop;
};

export interface Sending {
  readonly collection: string;
  readonly file: File;
  readonly key: string;
  /** It is imported once somebody has seen what is in it. */
  readonly inspect: boolean;
  readonly signal: AbortSignal;
}

/** XMLHttpRequest, since fetch does not report how much of a body has been sent. */
const sendOnce = (
  sending: Sending,
  headers: Headers,
  onSent: (bytes: number) => void,
): Promise<Upload> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = asked({
      filename: sending.file.name,
      ...(sending.inspect ? { inspect: "true" } : {}),
    });
    request.open(
      "PUT",
      `${base}/collections/${encodeURIComponent(sending.collection)}/uploads?${query}`,
    );
    for (const [name, value] of Object.entries({
      "content-type": "application/octet-stream",
      "idempotency-key": sending.key,
      ...headers,
    }))
      request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onSent(event.loaded);
    const lost = () => {
      serverDidNotAnswer();
      reject(new UnreachableError("The connection was lost while the file was sent."));
    };
    request.onload = () => {
      if (isOfProxy(request.status)) {
        lost();
        return;
      }
      if (request.status >= 400) {
        reject(
          new ProblemError(readProblem(request.responseText, request.status, request.statusText)),
        );
        return;
      }
      try {
        resolve(uploadAccepted.parse(JSON.parse(request.responseText)));
      } catch (cause) {
        reject(new Error("The server's answer to the upload is not readable.", { cause }));
      }
    };
    request.onerror = lost;
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    sending.signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(sending.file);
  });

/** A large file in parts, by code that is fetched when it is needed. */
const sendLarge = async (sending: Sending, onSent: (bytes: number) => void): Promise<Upload> => {
  const { sendInParts } = await import("./parts.ts");
  const id = await withToken(() => sendInParts(sending, onSent));
  return ask(upload, at(id));
};

/** Sends one file. */
export const sendFile = (sending: Sending, onSent: (bytes: number) => void): Promise<Upload> =>
  sending.file.size > PART_BYTES
    ? sendLarge(sending, onSent)
    : withToken((headers) => sendOnce(sending, headers, onSent));
