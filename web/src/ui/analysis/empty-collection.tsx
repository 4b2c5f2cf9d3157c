// A collection that holds nothing yet: what will be here, and the place to drop an export.
import { IconInbox } from "@tabler/icons-react";
import { EmptyState } from "../parts/empty-state.tsx";
import { DropField } from "../uploads/drop-field.tsx";

export interface EmptyCollectionProps {
  readonly collection: string;
  /** What the page shows once there are messages. */
  readonly children: string;
}

export function EmptyCollection({ collection, children }: EmptyCollectionProps) {
  return (
    <div className="page" style={{ maxWidth: 720 }}>
      <EmptyState
        icon={<IconInbox size={36} stroke={1.3} aria-hidden />}
        title="Nothing is in here yet"
      >
        {children}
      </EmptyState>
      <DropField large into={collection} />
    </div>
  );
}
