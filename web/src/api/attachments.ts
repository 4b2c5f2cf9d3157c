// Requests for files of messages: the bytes, with a type only where the app shows it.
import { queryOptions } from "@tanstack/react-query";
import { base, reading } from "./plain-request.ts";
import { open } from "./request.ts";
import { shouldRetryFile } from "./retry.ts";

/** Where files come from: the conversation of whoever is signed in, or one that is shared by a link. */
export interface FileSource {
  /** Two sources of one file are two queries. */
  readonly key: string;
  readonly fetch: (id: string, signal?: AbortSignal) => Promise<Blob>;
}

export const ownFiles: FileSource = {
  key: "own",
  fetch: async (id, signal) => {
    const path = `${base}/attachments/${encodeURIComponent(id)}`;
    const accept = "application/octet-stream, application/problem+json";
    const response = await open(path, { accept, ...(signal && { signal }) });
    return reading(() => response.blob(), signal);
  },
};

/** @param type what the browser takes it for: only of files that are shown */
export const fileQuery = (source: FileSource, id: string, type: string) =>
  queryOptions({
    queryKey: ["attachment", source.key, id],
    queryFn: async ({ signal }) => new Blob([await source.fetch(id, signal)], { type }),
    staleTime: "static",
    // They are large, and near in the list they are asked for again.
    gcTime: 60_000,
    retry: shouldRetryFile,
  });
