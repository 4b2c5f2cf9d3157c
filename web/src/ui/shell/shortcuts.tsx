// The dialog that lists the keyboard shortcuts.
import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

const keys: readonly (readonly [string, readonly string[]])[] = [
  ["Search, or go to a page", ["Ctrl", "K"]],
  ["Focus the search field", ["/"]],
  ["Next and previous row", ["J", "K"]],
  ["Open the focused row", ["Enter"]],
  ["Back", ["Esc"]],
  ["Previous and next match in a conversation", ["P", "N"]],
  ["First and last message of a conversation", ["Home", "End"]],
  ["Overview", ["G", "O"]],
  ["Search", ["G", "S"]],
  ["Topics", ["G", "T"]],
  ["Map", ["G", "M"]],
  ["Trends", ["G", "F"]],
  ["Compare", ["G", "C"]],
  ["Concepts", ["G", "N"]],
  ["Rename a topic", ["R"]],
  ["Concept: example, counterexample", ["U", "D"]],
  ["Colour scheme", ["Ctrl", "J"]],
  ["Keyboard shortcuts", ["?"]],
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
      <Text size="sm" mt={14}>
        <Link to="/words" className="text-link" onClick={onClose}>
          What the words mean
        </Link>
      </Text>
    </Modal>
  );
}
