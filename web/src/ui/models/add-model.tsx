// The dialog that adds an embedding model: from the hub, which takes a while, or from a folder of the server.
import { Autocomplete, Modal, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { knownModels } from "#services/domain/known-models.ts";
import { addModel } from "../../api/models.ts";
import { count } from "../../shape/words/numbers.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";

/** From their cards: none was tried here. */
function Known({ id }: { readonly id: string }) {
  const one = knownModels.find((known) => known.id === id);
  return (
    <span>
      {id}
      {one && (
        <Text size="xs" c="dimmed">
          {one.good} · about {count(one.megabytes)} MB · {one.licence} · not tried here
        </Text>
      )}
    </span>
  );
}

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
          <Autocomplete
            label="Model"
            description="A name on the hub, or a folder of the server by its whole path. It needs an ONNX file."
            placeholder="organization/model"
            data={knownModels.map(({ id }) => id)}
            renderOption={({ option }) => <Known id={option.value} />}
            maxDropdownHeight={320}
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
