// The dialog that adds an embedding model: from the hub, which takes a while, or from a folder of the server.
import { Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { addModel } from "../../api/models.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";

export interface AddModelProps {
  readonly onAdded: () => void;
  readonly onClose: () => void;
}

export function AddModel({ onAdded, onClose }: AddModelProps) {
  const form = useForm({
    initialValues: { from: "" },
    validate: { from: (from) => (from.trim() === "" ? "Name a model or a folder." : null) },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ from }) => addModel(from.trim()),
    onDone: onAdded,
    fields: { "bad-model": "from", "model-exists": "from", "unknown-model": "from" },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title="Add a model"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <TextInput
            label="Model"
            description="A name on the hub, such as sentence-transformers/all-MiniLM-L6-v2, or a folder of the server by its whole path. It needs an ONNX file. The hub names its licence."
            data-autofocus
            maxLength={1000}
            {...form.getInputProps("from")}
          />
          <FormError error={error} />
          <FormButtons onCancel={onClose} isPending={isPending}>
            Add
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
