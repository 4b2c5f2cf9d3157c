// The password of a shared link, which whoever made the link tells those who may open it.
import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { OpenedShare } from "#services/contract/shares.ts";
import { openSharedThing } from "../../api/shares.ts";
import { DoorCard } from "../door/door.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";

export interface SharedPasswordProps {
  readonly token: string;
  readonly onOpened: (first: OpenedShare, password: string) => void;
}

export function SharedPassword({ token, onOpened }: SharedPasswordProps) {
  const form = useForm({
    initialValues: { password: "" },
    validate: { password: (password) => (password === "" ? "Give the password." : null) },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ password }) => openSharedThing({ token, password }),
    onDone: (first, { password }) => onOpened(first, password),
    fields: { "wrong-password": "password" },
  });
  return (
    <DoorCard title="Shared with you" about="This link has a password. Ask whoever sent it.">
      <form onSubmit={onSubmit} noValidate className="door-form">
        <PasswordInput
          label="Password"
          autoComplete="off"
          autoFocus
          maxLength={1000}
          visibilityToggleButtonProps={{ "aria-label": "Show or hide the password" }}
          {...form.getInputProps("password")}
        />
        <FormError error={error} />
        <Button type="submit" loading={isPending}>
          Open
        </Button>
      </form>
    </DoorCard>
  );
}
