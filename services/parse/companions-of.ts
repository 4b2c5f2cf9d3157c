// What other files of an export say about the names in one of them.
import type { AssetNames } from "./chatgpt-content.ts";
import type { AccountNames } from "./claude.ts";
import type { Json } from "./message.ts";
import type { ChunkLists } from "./slackdump/lists.ts";
import type { ZulipLists } from "./zulip-lists.ts";

/** What other files of the same export say about the names in this one. */
export interface Companions {
  readonly accounts: AccountNames;
  readonly assets: AssetNames;
  /** Small files that say something of what stands beside them (`group_info.json`), by their paths. */
  readonly infos: ReadonlyMap<string, Json>;
  /** Numbers of people and rooms of a Zulip server. */
  readonly zulip?: ZulipLists;
  /** Ids of people and channels in an archive of Slackdump's. */
  readonly chunks?: ChunkLists;
  /** That of the file that is read, where there is one. */
  readonly info?: Json;
}

export const alone: Companions = { accounts: new Map(), assets: new Map(), infos: new Map() };

/** Names of files that say what their folder is: a room of Google Chat, a channel of Discord's data package. */
export const infoNames: ReadonlySet<string> = new Set(["group_info.json", "channel.json"]);

/** @param path of the file that is read */
export const companionsOf = (path: string, companions: Companions): Companions => {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const info = [...infoNames].map((name) => companions.infos.get(`${folder}${name}`)).find(Boolean);
  return info === undefined ? companions : { ...companions, info };
};
