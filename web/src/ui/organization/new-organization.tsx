// The dialog that makes an organization and invites its first owner; where no mail is sent, it shows the link to pass on.
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { madeOrganization } from "#services/contract/organizations.ts";
import { makeOrganization, organizationsQuery } from "../../api/organizations.ts";
import { date } from "../../shape/words/times.ts";
import { addressError } from "../door/person-errors.ts";
import { FormError } from "../parts/form-error.tsx";
import { SecretLine } from "../parts/secret-line.tsx";
import { useSending } from "../parts/use-sending.ts";

type Made = z.infer<typeof madeOrganization>;

interface FormProps {
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}

function OrganizationForm({ onMade, onClose }: FormProps) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: "", owner: "" },
    validate: {
      name: (name) => (name.trim() === "" ? "An organization needs a name." : null),
      owner: addressError,
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ name, owner }) => makeOrganization({ name: name.trim(), owner: owner.trim() }),
    onDone: (made) => {
      void client.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      onMade(made);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          autoComplete="off"
          maxLength={100}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <TextInput
          label="E-mail of its first owner"
          description="Who is invited, and invites the others."
          type="email"
          autoComplete="off"
          maxLength={254}
          {...form.getInputProps("owner")}
        />
        <FormError error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            Make the organization
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function MadeOrganization({
  made,
  onClose,
}: {
  readonly made: Made;
  readonly onClose: () => void;
}) {
  const { link, invitation } = made.invitation;
  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        {link === null
          ? `A mail with a link was sent to ${invitation.email}.`
          : `Pass this link on to ${invitation.email}. It is shown this once, and works once.`}
      </Text>
      {link !== null && <SecretLine label="Link" value={link} />}
      <Text size="sm" c="dimmed">
        The invitation ends {date(invitation.expiresAt)}.
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose} autoFocus>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

export function NewOrganization({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<Made>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={made === undefined ? "New organization" : `${made.organization.name} is made`}
      centered
      // The link cannot be shown again: a click beside the dialog must not lose it.
      closeOnClickOutside={made === undefined}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {made === undefined ? (
        <OrganizationForm onMade={setMade} onClose={onClose} />
      ) : (
        <MadeOrganization made={made} onClose={onClose} />
      )}
    </Modal>
  );
}
