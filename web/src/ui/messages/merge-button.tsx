// The button that merges a conversation with another one of its collection, for those who may change the collection.
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowMerge } from "@tabler/icons-react";
import { useState } from "react";
import type { ConversationSummary } from "#services/contract/conversations.ts";
import { useMayEdit } from "../account/may.ts";
import { lazyPart } from "../parts/lazy-part.tsx";

/** Its code is fetched when it is opened. */
const MergeDialog = lazyPart(() => import("./merge-dialog.tsx").then((file) => file.MergeDialog), {
  missing: "nothing",
});

const label = "Merge with another conversation that is the same chat";

export function MergeButton({ conversation }: { readonly conversation: ConversationSummary }) {
  const mayEdit = useMayEdit(conversation.collection);
  const [isOpen, setIsOpen] = useState(false);
  // Branches have no place in one order.
  if (!mayEdit || conversation.tree) return null;
  return (
    <>
      <Tooltip label={label} openDelay={400}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={label}
          onClick={() => setIsOpen(true)}
        >
          <IconArrowMerge size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      {isOpen && <MergeDialog conversation={conversation} onClose={() => setIsOpen(false)} />}
    </>
  );
}
