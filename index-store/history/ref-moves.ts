// Moves refs of a git repository in one transaction, each by compare-and-swap.
import { identity } from "./commit-record.ts";
import type { Git } from "./git-command.ts";

export interface RefMove {
  readonly ref: string;
  /** What it must name now; null: it must not be there. */
  readonly from: string | null;
  /** What it names then; null: it is removed. */
  readonly to: string | null;
}

const NOTHING = "0".repeat(40);

const lineOf = ({ ref, from, to }: RefMove): string =>
  to === null ? `delete ${ref} ${from ?? NOTHING}\n` : `update ${ref} ${to} ${from ?? NOTHING}\n`;

/**
 * Moves all of them or none; readers see them move one after another, in this order.
 * @throws GitRefusal where a ref names something else than `from`, or is locked
 */
export const moveRefs = async (git: Git, moves: readonly RefMove[]): Promise<void> => {
  const input = `start\n${moves.map(lineOf).join("")}commit\n`;
  await git(["update-ref", "--stdin"], { input, env: identity });
};
