// A dialog that asks before something is done, with the password, or a passkey, where that is needed.
import { Modal, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ReactNode } from "react";
import { ProofField, useProof } from "../account/proof-field.tsx";
import { FormButtons } from "./form-buttons.tsx";
import { FormError } from "./form-error.tsx";
import { useSending } from "./use-sending.ts";

export interface ConfirmProps<A> {
  readonly title: string;
  readonly children: ReactNode;
  /** What the button says. */
  readonly button: string;
  readonly isDangerous?: boolean;
  /** Asks for the password, of people who have one. */
  readonly asksPassword?: boolean;
  /** @param password empty where none was asked for */
  readonly send: (password: string) => Promise<A>;
  readonly onDone: (answer: A) => unknown;
  readonly onClose: () => void;
}

export function Confirm<A>({
  title,
  children,
  button,
  isDangerous = false,
  asksPassword: isWanted = false,
  send,
  onDone,
  onClose,
}: ConfirmProps<A>) {
  const proof = useProof(isWanted);
  const form = useForm({
    initialValues: { password: "" },
    validate: {
      password: (password) =>
        proof.asksPassword && password === "" ? "Give your password." : null,
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ password }) => send(password),
    onDone,
    fields: { "wrong-password": "password" },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <Text size="sm" component="div">
            {children}
          </Text>
          <ProofField proof={proof} data-autofocus {...form.getInputProps("password")} />
          <FormError error={error} />
          <FormButtons onCancel={onClose} isPending={isPending} isDangerous={isDangerous}>
            {button}
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
