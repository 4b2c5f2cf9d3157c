// The buttons at the end of a dialog's form: to cancel, and to do what the form is for.
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";

export interface FormButtonsProps {
  readonly onCancel: () => void;
  readonly isPending: boolean;
  readonly isDisabled?: boolean;
  readonly isDangerous?: boolean;
  /** What the form does, such as “Save”. */
  readonly children: ReactNode;
}

export function FormButtons({
  onCancel,
  isPending,
  isDisabled = false,
  isDangerous = false,
  children,
}: FormButtonsProps) {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="subtle" color="gray" onClick={onCancel}>
        Cancel
      </Button>
      <Button
        type="submit"
        loading={isPending}
        disabled={isDisabled}
        {...(isDangerous ? { color: "red.9" } : {})}
      >
        {children}
      </Button>
    </Group>
  );
}
