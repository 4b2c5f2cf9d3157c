// The keys of the whole app, and the sheet that lists them.
import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";

const keys: readonly (readonly [string, readonly string[]])[] = [
  ["Search anything, go anywhere", ["Ctrl", "K"]],
  ["To the search field", ["/"]],
  ["Next and previous hit, topic or message", ["J", "K"]],
  ["Open the chosen one", ["Enter"]],
  ["Back", ["Esc"]],
  ["Previous and next match in a conversation", ["P", "N"]],
  ["In a collection: overview, search, topics", ["G", "O", "S", "T"]],
  ["In a collection: map, figures, compare, concepts", ["G", "M", "F", "C", "N"]],
  ["Rename a topic", ["R"]],
  ["A concept: this is one, this is none", ["U", "D"]],
  ["Light or dark", ["Ctrl", "J"]],
  ["These keys", ["?"]],
];

export interface ShortcutsProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function Shortcuts({ opened, onClose }: ShortcutsProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap={10} pb={6}>
        {keys.map(([what, pressed]) => (
          <Group key={what} justify="space-between" wrap="nowrap">
            <Text size="sm">{what}</Text>
            <Group gap={4} wrap="nowrap">
              {pressed.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
