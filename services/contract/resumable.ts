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

/** A server that was asked how much has come did not say so: what has been sent is not given up for that. */
export class UnansweredQuestion extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The server answered ${status} when it was asked how much of the file has come.`);
    this.status = status;
  }
}

/**
 * To be called with each answer of a resumable upload. The client of the protocol would begin anew at any answer to its question
 * but a success; only an upload that is gone has to be begun anew.
 * @throws UnansweredQuestion where the question is to be asked again
 */
export const checkQuestion = (method: string, status: number): void => {
  const isAnswer = (status >= 200 && status < 300) || status === 404 || status === 410;
  if (method === "HEAD" && !isAnswer) throw new UnansweredQuestion(status);
};

/** What has failed, as the client of the protocol says it. */
interface Failed {
  readonly originalResponse: { getStatus(): number } | null;
  readonly causingError: Error | null;
}

/** The status of the answer that made a request fail; undefined where none came. */
export const failedStatus = ({ originalResponse, causingError }: Failed): number | undefined =>
  causingError instanceof UnansweredQuestion ? causingError.status : originalResponse?.getStatus();
