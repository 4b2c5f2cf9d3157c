// The overview of a collection without messages: what will be here, and the drop area for an export.
import { IconInbox } from "@tabler/icons-react";
import { EmptyState } from "../parts/empty-state.tsx";
import { DropField } from "../uploads/drop-field.tsx";

export function EmptyCollection({ collection }: { readonly collection: string }) {
  return (
    <div className="page" style={{ maxWidth: 720 }}>
      <EmptyState
        icon={<IconInbox size={36} stroke={1.3} aria-hidden />}
        title="This collection is empty"
      >
        Import an export. Its topics and trends appear here after the import.
      </EmptyState>
      <DropField large into={collection} />
    </div>
  );
}
