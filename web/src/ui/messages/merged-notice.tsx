// The line above a conversation that is merged of several, or is being merged: what it consists of, and the way back.
import { UnstyledButton } from "@mantine/core";
import { IconArrowMerge } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { ConversationSummary } from "#services/contract/conversations.ts";
import type { Merge } from "#services/contract/merges.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import { mergesQuery, unmergeNow } from "../../api/merges.ts";
import { counted } from "../../shape/words/numbers.ts";
import { useMayEdit } from "../account/may.ts";
import { Confirm } from "../parts/confirm.tsx";

const partsOf = ({ conversations }: Merge): string =>
  conversations
    .map(
      ({ title, channel, source, messages }) =>
        `“${title ?? channel ?? "Untitled"}” (${sourceLabel(source)}, ${counted(messages, "message")})`,
    )
    .join(" and ");

const sentence = (merge: Merge): string => {
  switch (merge.state) {
    case "asked":
      return `Is being merged: ${partsOf(merge)}.`;
    case "merged":
      return `Merged from ${partsOf(merge)}.`;
    case "ending":
      return "The merge is being undone.";
    default:
      return merge.state satisfies never;
  }
};

export function MergedNotice({ conversation }: { readonly conversation: ConversationSummary }) {
  const { id, collection } = conversation;
  const { data } = useQuery(mergesQuery(collection));
  const mayEdit = useMayEdit(collection);
  const [isAsking, setIsAsking] = useState(false);
  const client = useQueryClient();
  const router = useRouter();
  const merge = data?.merges.find(
    (one) => one.id === id || one.conversations.some((part) => part.id === id),
  );
  if (merge === undefined) return null;
  // All of it before the dialog is told: the page has nothing to show once the merge is undone, and the dialog goes with it.
  const undo = async ({ id: merged, conversations }: Merge): Promise<void> => {
    await unmergeNow(collection, merged);
    // The address of each has led to the merged one until now, which may be what is remembered of it.
    for (const { id: part } of conversations)
      client.removeQueries({ queryKey: ["conversation", part] });
    const [first] = conversations;
    const isHere = router.state.location.pathname.endsWith(`/${merged}`);
    if (first !== undefined && isHere)
      await router.navigate({
        to: "/conversation/$conversation",
        params: { conversation: first.id },
        replace: true,
      });
    await client.invalidateQueries();
  };
  return (
    <div className="talk-gone">
      <div>
        <IconArrowMerge size={15} stroke={1.7} aria-hidden />
        <span>{sentence(merge)}</span>
        {mayEdit && merge.state === "merged" && (
          <UnstyledButton className="text-link" fz="xs" onClick={() => setIsAsking(true)}>
            Undo
          </UnstyledButton>
        )}
      </div>
      {isAsking && (
        <Confirm
          title="Undo this merge?"
          button="Undo the merge"
          send={() => undo(merge)}
          onDone={() => setIsAsking(false)}
          onClose={() => setIsAsking(false)}
        >
          Its conversations are shown by themselves again, each with what was imported since.
          Nothing is deleted.
        </Confirm>
      )}
    </div>
  );
}
