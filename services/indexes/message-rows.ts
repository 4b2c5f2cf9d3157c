// The rows of messages, without exchanges, for a pass over all of them.
import type { IndexReader, VersionRows } from "#index-store/index-store.ts";

/** As `messagesOnly`, but read from files. The caller closes it. @throws IndexError "damaged" where the newest version is not whole */
export const messageRows = (index: IndexReader): Promise<VersionRows> =>
  index.rows({ without: { kind: "in", column: "unit", values: ["exchange"] } });
