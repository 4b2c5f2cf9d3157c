// A drawer with the messages of one row of a figure or comparison.
import { Drawer, Text } from "@mantine/core";
import { useState } from "react";
import type { Selection } from "#services/contract/selection.ts";
import type { MessagesSort } from "../../api/selected.ts";
import { SelectedMessages } from "./selected-messages.tsx";

export interface OpenedMessages {
  /** "Tuesdays at 14:00 · 1,204 messages". */
  readonly title: string;
  readonly selection: Selection;
}

export interface MessagesDrawerProps {
  readonly collection: string;
  /** Closed where undefined. */
  readonly opened: OpenedMessages | undefined;
  readonly onClose: () => void;
}

export function MessagesDrawer({ collection, opened, onClose }: MessagesDrawerProps) {
  const [sort, setSort] = useState<MessagesSort>("newest");
  return (
    <Drawer
      opened={opened !== undefined}
      onClose={onClose}
      position="right"
      size="min(560px, 100vw)"
      title={
        <Text component="span" fw={620} size="md">
          {opened?.title}
        </Text>
      }
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {opened && (
        <SelectedMessages
          collection={collection}
          label={opened.title}
          selection={opened.selection}
          sort={sort}
          onSort={setSort}
          tight
        />
      )}
    </Drawer>
  );
}
