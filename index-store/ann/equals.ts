// Asks an engine for more rows until all that are as near as the last wanted one are among them, and keeps the smallest of these.
import type { Neighbours } from "./ann.ts";
import { Best } from "./best.ts";

/** Rows asked for at most, beside four for each wanted, to find all that are as near as the last wanted one. */
const mostEquals = 512;

/**
 * A graph or a list leaves open which of equally near rows it returns: more are asked for until the last wanted one has all its equals,
 * of which the smallest rows are kept. Beyond `mostEquals` copies of one vector the choice is the engine's.
 */
export async function withEquals(
  { k, passing }: { readonly k: number; readonly passing: number },
  look: (k: number) => Promise<Neighbours>,
): Promise<Neighbours> {
  const most = Math.min(passing, k * 4 + mostEquals);
  for (let wanted = Math.min(passing, k + 1); ; wanted = Math.min(most, wanted * 4)) {
    const { rows, similarities } = await look(wanted);
    const best = new Best(k);
    for (const [at, row] of rows.entries()) best.offer(row, similarities[at] ?? -Infinity);
    const isCut = rows.length === wanted && similarities.every((value) => value >= best.bar);
    if (!isCut || wanted >= most) return best.neighbours();
  }
}
