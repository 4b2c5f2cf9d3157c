// The dialog that begins to look at the app as a member: it asks why, and for the password of whoever looks.
import { Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { proofOf } from "../../api/account.ts";
import { beginLook } from "../../api/looks.ts";
import { lookAs } from "../../api/session.ts";
import { PresentPassword } from "../account/password-fields.tsx";
import { useHasPassword } from "../account/use-session.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";

export interface LookDialogProps {
  readonly of: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}

export function LookDialog({ of, onClose }: LookDialogProps) {
  const navigate = useNavigate();
  const asksPassword = useHasPassword();
  const form = useForm({
    initialValues: { reason: "", password: "" },
    validate: {
      reason: (reason) => (reason.trim() === "" ? "Say why." : null),
      password: (password) => (asksPassword && password === "" ? "Give your password." : null),
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ reason, password }) =>
      beginLook(of.id, { reason: reason.trim(), ...proofOf(password) }),
    onDone: async (started) => {
      // The members are not there for somebody who may not manage them.
      await navigate({ to: "/" });
      lookAs(started);
    },
    fields: { "wrong-password": "password" },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Look at Parlance as ${of.name}?`}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <Text size="sm">
            For half an hour, or until you load this page anew, you read what {of.name} may read in
            this organization, and change nothing. {of.name} is told, with your reason, and the
            audit log tells what you open.
          </Text>
          <TextInput
            label="Reason"
            placeholder="Such as a request for help, and its number"
            autoComplete="off"
            maxLength={200}
            data-autofocus
            {...form.getInputProps("reason")}
          />
          {asksPassword && (
            <PresentPassword label="Your password" {...form.getInputProps("password")} />
          )}
          <FormError error={error} />
          <FormButtons onCancel={onClose} isPending={isPending}>
            Look
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
