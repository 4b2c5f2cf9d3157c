// What a page of a collection without messages says; the invitation to import stands on the overview alone.
import { IconInbox } from "@tabler/icons-react";
import { EmptyState } from "../parts/empty-state.tsx";

export function NoMessages() {
  return (
    <EmptyState
      icon={<IconInbox size={36} stroke={1.3} aria-hidden />}
      title="This collection has no messages"
    />
  );
}
