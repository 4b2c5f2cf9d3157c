// Whose turn it is: round after round, the owners of waiting jobs one after the other, those with nothing in hand first.

/**
 * The next id in order that has a job waiting: the first one after `after`, or the very first where `after` is undefined.
 * Undefined where there is none.
 */
export type Seek = (after: string | undefined) => Promise<string | undefined>;

/** Every id once: first those after `last`, then from the start up to `last` itself. */
const round = async function* (seek: Seek, last: string | undefined) {
  if (last !== undefined)
    for (let id = await seek(last); id !== undefined; id = await seek(id)) yield id;
  for (let id = await seek(undefined); id !== undefined; id = await seek(id)) {
    if (last !== undefined && id > last) return;
    yield id;
  }
};

/**
 * Goes round from the one after `last` and takes the first that has something to take and nothing in hand; where all have, the
 * one with the fewest in hand. So nobody waits for more than one job of each of the others, and a round costs one seek a step:
 * it looks at no more owners than have jobs in hand, or none that is due.
 */
export const inTurn = async <T>(
  seek: Seek,
  last: string | undefined,
  owner: {
    readonly inHand: (id: string) => number;
    readonly find: (id: string) => Promise<T | undefined>;
  },
): Promise<T | undefined> => {
  let best: { readonly inHand: number; readonly found: T } | undefined;
  for await (const id of round(seek, last)) {
    const inHand = owner.inHand(id);
    if (best && inHand >= best.inHand) continue;
    const found = await owner.find(id);
    if (found === undefined) continue;
    if (inHand === 0) return found;
    best = { inHand, found };
  }
  return best?.found;
};
