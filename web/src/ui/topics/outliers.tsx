// The number of outliers (messages in no topic), and a button to read their messages.
import { Group, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { counted } from "../../shape/words/numbers.ts";
import { MessagesDrawer } from "../messages/messages-drawer.tsx";

export interface OutliersProps {
  readonly collection: string;
  readonly outliers: number;
}

export function Outliers({ collection, outliers }: OutliersProps) {
  const [opened, setOpened] = useState(false);
  if (outliers === 0) return null;
  return (
    <Group mt={8}>
      <UnstyledButton className="hit-act" ml={-8} onClick={() => setOpened(true)}>
        Read the {counted(outliers, "message")} in no topic
      </UnstyledButton>
      <MessagesDrawer
        collection={collection}
        opened={
          opened ? { title: "Messages in no topic", selection: { topics: ["none"] } } : undefined
        }
        onClose={() => setOpened(false)}
      />
    </Group>
  );
}
