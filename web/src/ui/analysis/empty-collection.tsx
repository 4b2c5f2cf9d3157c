// The overview of a collection without messages: what will be here, and the drop area for an export.
import { IconInbox } from "@tabler/icons-react";
import { useMayEdit } from "../account/may.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { DropField } from "../uploads/drop-field.tsx";

export function EmptyCollection({ collection }: { readonly collection: string }) {
  const mayEdit = useMayEdit(collection);
  return (
    <div className="page" style={{ maxWidth: 720 }}>
      <EmptyState
        icon={<IconInbox size={36} stroke={1.3} aria-hidden />}
        title="This collection is empty"
      >
        {mayEdit
          ? "Import an export. Its topics and trends appear here after the import."
          : "Its topics and trends appear here once somebody has imported an export."}
      </EmptyState>
      <DropField large into={collection} />
    </div>
  );
}
