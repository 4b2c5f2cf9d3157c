// A badge with the source of a conversation.
import { Badge } from "@mantine/core";
import { sourceLabel } from "#services/domain/labels.ts";

export function SourceBadge({ source }: { readonly source: string }) {
  return (
    <Badge
      variant="outline"
      color="gray"
      size="sm"
      radius="sm"
      tt="none"
      fw={530}
      c="dimmed"
      style={{ borderColor: "var(--line-strong)", flex: "none" }}
    >
      {sourceLabel(source)}
    </Badge>
  );
}
