// The dialog that makes a team, or changes its name and its members.
import { Modal, MultiSelect, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { team } from "#services/contract/organizations.ts";
import { makeTeam, patchTeam, peopleQuery, teamsQuery } from "../../api/organization.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";
import { undoneByScim } from "./kept-by-scim.tsx";

export type Team = z.infer<typeof team>;

export interface TeamFormProps {
  /** A new one where it is left out. */
  readonly of?: Team;
  readonly onClose: () => void;
}

const save = async (of: Team | undefined, name: string, members: string[]) => {
  const { id } = of ?? (await makeTeam(name));
  if (of !== undefined || members.length > 0) await patchTeam(id, { name, members });
};

export function TeamForm({ of, onClose }: TeamFormProps) {
  const client = useQueryClient();
  const { data } = useQuery(peopleQuery);
  const form = useForm({
    initialValues: { name: of?.name ?? "", members: of?.members.map(({ id }) => id) ?? [] },
    validate: { name: (name) => (name.trim() === "" ? "A team needs a name." : null) },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ name, members }) => save(of, name.trim(), members),
    onDone: async () => {
      void client.invalidateQueries({ queryKey: peopleQuery.queryKey });
      await client.invalidateQueries({ queryKey: teamsQuery.queryKey });
      onClose();
    },
  });
  // Members of the team are listed before the list of all is there.
  const people = new Map(
    [...(of?.members ?? []), ...(data?.people ?? [])].map(({ id, name }) => [id, name]),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={of === undefined ? "New team" : `Team ${of.name}`}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <TextInput label="Name" maxLength={100} data-autofocus {...form.getInputProps("name")} />
          <MultiSelect
            label="Members"
            searchable
            clearable
            comboboxProps={{ keepMounted: false }}
            data={[...people].map(([value, label]) => ({ value, label }))}
            {...form.getInputProps("members")}
          />
          {of?.keptByScim && (
            <Text size="sm" c="dimmed">
              {undoneByScim}
            </Text>
          )}
          <FormError error={error} />
          <FormButtons onCancel={onClose} isPending={isPending}>
            {of === undefined ? "Make the team" : "Save"}
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
