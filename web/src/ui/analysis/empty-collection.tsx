// The page of a collection without messages: what the page will show, and the drop area for an export.
import { IconInbox } from "@tabler/icons-react";
import { EmptyState } from "../parts/empty-state.tsx";
import { DropField } from "../uploads/drop-field.tsx";

export interface EmptyCollectionProps {
  readonly collection: string;
  /** What to do, and what the page shows then. */
  readonly children: string;
}

export function EmptyCollection({ collection, children }: EmptyCollectionProps) {
  return (
    <div className="page" style={{ maxWidth: 720 }}>
      <EmptyState
        icon={<IconInbox size={36} stroke={1.3} aria-hidden />}
        title="This collection is empty"
      >
        {children}
      </EmptyState>
      <DropField large into={collection} />
    </div>
  );
}
