// Code that is fetched on first use: pages, dialogs, charts. Where it cannot be fetched, the server does not answer.

import { UnreachableError } from "./plain-request.ts";
import { serverDidNotAnswer } from "./reachability.ts";

/** The code or the style of a part of the app could not be fetched. Only loading the whole page again fetches it anew. */
export class MissingCodeError extends UnreachableError {
  constructor(cause?: unknown) {
    super("A part of the app could not be fetched.", { cause });
  }
}

let missed = false;

/**
 * Fetches code. After a first failure nothing is fetched any more: the browser and the bundler keep what failed, and a page
 * would be shown without its style.
 * @throws MissingCodeError
 */
export const fetchCode = async <T>(load: () => Promise<T>): Promise<T> => {
  if (missed) throw new MissingCodeError();
  try {
    return await load();
  } catch (cause) {
    missed = true;
    serverDidNotAnswer();
    throw new MissingCodeError(cause);
  }
};

const key = "parlance-loaded-again-at";
const fewestMsBetween = 30_000;

/** Loads the page again, for the code that was missed; not where that was done just now and did not help. */
export const loadAppAgain = (): boolean => {
  const last = Number(sessionStorage.getItem(key) ?? 0);
  if (Date.now() - last < fewestMsBetween) return false;
  sessionStorage.setItem(key, String(Date.now()));
  window.location.reload();
  return true;
};
