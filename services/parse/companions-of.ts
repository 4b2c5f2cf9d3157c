// What other files of an export say about the names in one of them.
import type { AssetNames } from "./chatgpt-content.ts";
import type { AccountNames } from "./claude.ts";

/** What other files of the same export say about the names in this one. */
export interface Companions {
  readonly accounts: AccountNames;
  readonly assets: AssetNames;
}

export const alone: Companions = { accounts: new Map(), assets: new Map() };
