// Cleans messages before the transaction that writes them, so that no other writer waits for it, with turns for others in between.
import { setImmediate } from "node:timers/promises";
import {
  type Cleanable,
  type Cleaned,
  type Cleaner,
  type CleaningRules,
  wantedKinds,
  wordsOf,
} from "#services/domain/cleaning.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Rows } from "../rows.ts";
import { cleaningOf } from "./rules.ts";

/** Cleaned in one go: some 100 ms. */
const CHARACTERS_AT_ONCE = 200_000;

/**
 * @returns a cleaner that has cleaned these messages by the rules of now; where it is asked with other rules, because somebody has changed
 *   them meanwhile, it cleans again
 */
export const cleanAhead = async (
  rows: Rows,
  collection: CollectionId,
  parts: readonly { readonly messages: readonly Cleanable[] }[],
  cleaner: Cleaner,
): Promise<Cleaner> => {
  const rules = await cleaningOf(rows, collection);
  if (wantedKinds(rules).length === 0) return cleaner;
  const ready = new Map<Cleanable, Cleaned>();
  let characters = 0;
  for (const message of parts.flatMap(({ messages }) => messages)) {
    ready.set(message, cleaner.message(message, rules));
    characters += wordsOf(message).length;
    if (characters < CHARACTERS_AT_ONCE) continue;
    characters = 0;
    await setImmediate();
  }
  const key = JSON.stringify(rules);
  let same: CleaningRules = rules;
  const isSame = (now: CleaningRules): boolean => {
    if (now !== same && JSON.stringify(now) === key) same = now;
    return now === same;
  };
  return {
    ...cleaner,
    message: (message, now) =>
      (isSame(now) ? ready.get(message) : undefined) ?? cleaner.message(message, now),
  };
};
