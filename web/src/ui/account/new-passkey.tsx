// Making a passkey: its name, and the password where there is one; then the browser asks; then the recovery codes, with the first.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { addPasskey } from "../../api/passkeys.ts";
import { FormError } from "../parts/form-error.tsx";
import { OnceDialog } from "../parts/once-dialog.tsx";
import { useSending } from "../parts/use-sending.ts";
import { ProofField, useProof } from "./proof-field.tsx";
import { RecoveryCodeList } from "./recovery-code-list.tsx";

export interface PasskeyFormProps {
  /** With the recovery codes, where it is the first second factor. */
  readonly onMade: (codes: readonly string[] | null) => unknown;
  readonly onCancel?: () => void;
}

export function PasskeyForm({ onMade, onCancel }: PasskeyFormProps) {
  const proof = useProof();
  const form = useForm({
    initialValues: { name: "", password: "" },
    validate: {
      name: (name) => (name.trim() === "" ? "Give it a name, such as that of the device." : null),
      password: (password) =>
        proof.asksPassword && password === "" ? "Give your password." : null,
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ name, password }) => addPasskey({ name: name.trim(), password }),
    onDone: ({ recoveryCodes }) => onMade(recoveryCodes),
    fields: { "wrong-password": "password" },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Such as “Laptop” or “Phone”: you see it in your account."
          autoComplete="off"
          maxLength={100}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <ProofField proof={proof} {...form.getInputProps("password")} />
        <Text size="sm" c="dimmed">
          Your browser then asks where to keep the passkey: on this device, on a phone, or on a
          security key.
        </Text>
        <FormError error={error} />
        <Group justify={onCancel === undefined ? "flex-start" : "flex-end"} gap="xs">
          {onCancel && (
            <Button variant="subtle" color="gray" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={isPending}>
            Make the passkey
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export interface NewPasskeyProps {
  readonly onChanged: () => Promise<void>;
  readonly onClose: () => void;
}

export function NewPasskey({ onChanged, onClose }: NewPasskeyProps) {
  const [codes, setCodes] = useState<readonly string[]>();
  const done = async () => {
    await onChanged();
    onClose();
  };
  return (
    <OnceDialog
      title={codes === undefined ? "Add a passkey" : "Your recovery codes"}
      isMade={codes !== undefined}
      onClose={codes === undefined ? onClose : () => void done()}
    >
      {codes === undefined ? (
        <PasskeyForm
          onMade={(made) => (made === null ? done() : setCodes(made))}
          onCancel={onClose}
        />
      ) : (
        <RecoveryCodeList codes={codes} onKept={done} />
      )}
    </OnceDialog>
  );
}
