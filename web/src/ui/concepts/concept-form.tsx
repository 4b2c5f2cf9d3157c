// The dialog for a new concept: its name and its description.
import { Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { conceptsQuery, createConcept } from "../../api/concepts.ts";
import { ActionError } from "../parts/action-error.tsx";
import { FormButtons } from "../parts/form-buttons.tsx";

export interface ConceptFormProps {
  readonly collection: string;
  /** The first value of the description: the query of a search. */
  readonly query: string;
  readonly onClose: () => void;
}

export function ConceptForm({ collection, query, onClose }: ConceptFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: query.slice(0, 80), query },
    validate: {
      name: (name) => (name.trim() === "" ? "A concept needs a name." : null),
      query: (words) => (words.trim() === "" ? "A concept needs a description." : null),
    },
  });
  const create = useMutation({
    mutationFn: (values: typeof form.values) => createConcept(collection, values),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: conceptsQuery(collection).queryKey });
      await navigate({
        to: "/c/$collection/concepts/$concept",
        params: { collection, concept: made.id },
      });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title="New concept"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack gap="md">
          <TextInput label="Name" maxLength={80} data-autofocus {...form.getInputProps("name")} />
          <Textarea
            label="Description"
            description="A sentence, as you would write it in a search. Later you can give examples and counterexamples."
            placeholder="A customer is angry about a late or wrong delivery"
            autosize
            minRows={2}
            maxLength={4000}
            {...form.getInputProps("query")}
          />
          <ActionError error={create.error} />
          <FormButtons onCancel={onClose} isPending={create.isPending}>
            Create
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
