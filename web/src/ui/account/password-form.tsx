// The form that changes the password, or sets the first one of an account that signs in with a provider only.
import { Button, Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { accountQuery, changePassword } from "../../api/account.ts";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";
import { NewPassword, newPasswordError } from "./password-fields.tsx";
import { ProofField, useProof } from "./proof-field.tsx";
import { usePasswordLength } from "./use-session.ts";

export interface PasswordFormProps {
  readonly email: string;
  readonly hasPassword: boolean;
}

export function PasswordForm({ email, hasPassword }: PasswordFormProps) {
  const client = useQueryClient();
  const fewest = usePasswordLength();
  const proof = useProof();
  const form = useForm({
    initialValues: { current: "", next: "" },
    validate: {
      current: (current) =>
        proof.asksPassword && current === "" ? "Give your current password." : null,
      next: (next) => newPasswordError(next, fewest),
    },
  });
  const { onSubmit, isPending, isDone, error } = useSending(form, {
    send: ({ current, next }) => changePassword(current === "" ? { next } : { current, next }),
    onDone: () => {
      form.reset();
      proof.onUsed();
      return client.invalidateQueries({ queryKey: accountQuery.queryKey });
    },
    fields: { "wrong-password": "current", "weak-password": "next" },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md" maw={480}>
        {/* For password managers: whose password it is. */}
        <VisuallyHidden>
          <input
            type="text"
            value={email}
            autoComplete="username"
            aria-label="E-mail"
            readOnly
            tabIndex={-1}
          />
        </VisuallyHidden>
        <ProofField proof={proof} label="Current password" {...form.getInputProps("current")} />
        <NewPassword {...form.getInputProps("next")} />
        <FormError error={error} />
        <Group>
          <Button type="submit" loading={isPending}>
            {hasPassword ? "Change the password" : "Set a password"}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {isDone && !form.isDirty() && "The password is changed."}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
