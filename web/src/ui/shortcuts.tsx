// The keys of the whole app, and the sheet that lists them.
import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";

const keys: readonly (readonly [string, readonly string[]])[] = [
  ["Search anything, go anywhere", ["Ctrl", "K"]],
  ["To the search field", ["/"]],
  ["Next and previous hit", ["J", "K"]],
  ["Open the chosen hit", ["Enter"]],
  ["Back", ["Esc"]],
  ["Previous and next match in a conversation", ["P", "N"]],
  ["Light or dark", ["Ctrl", "J"]],
  ["These keys", ["?"]],
];

export interface ShortcutsProps {
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
}

export function Shortcuts({ opened, onChange }: ShortcutsProps) {
  useHotkeys([["shift+?", () => onChange(!opened)]]);
  return (
    <Modal
      opened={opened}
      onClose={() => onChange(false)}
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
