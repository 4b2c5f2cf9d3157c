// What a shared link opens, by its kind.
import type { OpenedShare } from "#services/contract/shares.ts";
import type { FileSource } from "../../api/attachments.ts";
import { lazyPart } from "../parts/lazy-part.tsx";
import { SharedConversation } from "./shared-conversation.tsx";
import { SharedReport } from "./shared-report.tsx";
import { SharedSearch } from "./shared-search.tsx";
import { SharedTopic } from "./shared-topic.tsx";

const SharedMap = lazyPart(
  () => import("../../map/shared-map.tsx").then((file) => file.SharedMap),
  { missing: "panel" },
);

export interface SharedThingProps {
  readonly first: OpenedShare;
  readonly token: string;
  /** A further page of it. */
  readonly more: (cursor: string) => Promise<OpenedShare>;
  /** Where the files of a conversation come from. */
  readonly files: FileSource;
}

export function SharedThing({ first, token, more, files }: SharedThingProps) {
  switch (first.kind) {
    case "conversation":
      return <SharedConversation first={first} token={token} more={more} files={files} />;
    case "search":
      return <SharedSearch first={first} token={token} more={more} />;
    case "topic":
      return <SharedTopic of={first} />;
    case "report":
      return <SharedReport of={first} />;
    case "map":
      return <SharedMap of={first} />;
  }
}
