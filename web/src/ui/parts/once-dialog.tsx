// A dialog that makes something that is shown this once, such as a key or a link; and what it shows of it.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { SecretLine } from "./secret-line.tsx";

export interface OnceDialogProps {
  readonly title: string;
  /** False while a form asks what to make. */
  readonly isMade: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function OnceDialog({ title, isMade, onClose, children }: OnceDialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      // It cannot be shown again: neither a click beside the dialog nor Escape must lose it.
      closeOnClickOutside={!isMade}
      closeOnEscape={!isMade}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {children}
    </Modal>
  );
}

export interface ShownOnceProps {
  readonly about: string;
  readonly label: string;
  /** Null where there is nothing to pass on, because it was sent. */
  readonly value: string | null;
  readonly onClose: () => void;
  /** How long it works, or how it is used. */
  readonly children: ReactNode;
}

export function ShownOnce({ about, label, value, onClose, children }: ShownOnceProps) {
  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        {about}
      </Text>
      {value !== null && <SecretLine label={label} value={value} />}
      <Text size="sm" c="dimmed">
        {children}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose} autoFocus>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
