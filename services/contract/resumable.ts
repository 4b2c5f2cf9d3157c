// What a client of resumable uploads has to know, in the browser and on the command line.

/** A file larger than this is sent in parts of this size, in bytes: one request is enough for a smaller one. */
export const PART_BYTES = 16 * 1024 ** 2;

/** How long to wait before each further try after a connection broke, in milliseconds; counted anew with every part that arrives. */
export const RETRY_DELAYS = [0, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];

/**
 * Whether a request of a resumable upload is to be sent again.
 * @param status of the answer; undefined where none came
 */
export const isWorthRetrying = (status: number | undefined): boolean =>
  status === undefined || status >= 500 || [408, 409, 423, 429].includes(status);

/** The address at which a collection takes files in parts. */
export const resumablePath = (collection: string): string =>
  `/api/v1/collections/${encodeURIComponent(collection)}/uploads/resumable`;

/** The id of the upload that an address of a part names. */
export const uploadOfPart = (url: string | null): string => url?.split("/").at(-1) ?? "";
