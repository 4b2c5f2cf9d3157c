// Gives a passkey another name.
import { Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { renamePasskey } from "../../api/passkeys.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";

export interface RenamePasskeyProps {
  readonly of: { readonly id: string; readonly name: string };
  readonly onDone: () => unknown;
  readonly onClose: () => void;
}

export function RenamePasskey({ of, onDone, onClose }: RenamePasskeyProps) {
  const form = useForm({
    initialValues: { name: of.name },
    validate: {
      name: (name) => (name.trim() === "" ? "Give it a name, such as that of the device." : null),
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ name }) => renamePasskey(of.id, name.trim()),
    onDone,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title="Rename the passkey"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <TextInput
            label="Name"
            autoComplete="off"
            maxLength={100}
            data-autofocus
            {...form.getInputProps("name")}
          />
          <FormError error={error} />
          <FormButtons onCancel={onClose} isPending={isPending}>
            Save
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
