// The dialog that invites somebody by address; where no mail is sent, it shows the link to pass on.
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { MemberRole } from "#services/contract/accounts.ts";
import type { madeInvitation } from "#services/contract/organizations.ts";
import { invitationsQuery, invite } from "../../api/organization.ts";
import { date } from "../../shape/words/times.ts";
import { addressError } from "../door/person-errors.ts";
import { FormError } from "../parts/form-error.tsx";
import { SecretLine } from "../parts/secret-line.tsx";
import { useSending } from "../parts/use-sending.ts";
import { RoleSelect } from "./role-select.tsx";

type Made = z.infer<typeof madeInvitation>;

interface InviteFormProps {
  readonly by: MemberRole;
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}

function InviteForm({ by, onMade, onClose }: InviteFormProps) {
  const client = useQueryClient();
  const form = useForm<{ email: string; role: MemberRole }>({
    initialValues: { email: "", role: "member" },
    validate: { email: addressError },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ email, role }) => invite({ email: email.trim(), role }),
    onDone: (made) => {
      void client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
      onMade(made);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="off"
          maxLength={254}
          data-autofocus
          {...form.getInputProps("email")}
        />
        <RoleSelect
          label="Role"
          by={by}
          value={form.values.role}
          onChange={(role) => form.setFieldValue("role", role)}
        />
        <FormError error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            Invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export interface InviteProps {
  /** The role of whoever invites. */
  readonly by: MemberRole;
  readonly onClose: () => void;
}

export function Invite({ by, onClose }: InviteProps) {
  const [made, setMade] = useState<Made>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={made === undefined ? "Invite somebody" : `${made.invitation.email} is invited`}
      centered
      // The link cannot be shown again: a click beside the dialog must not lose it.
      closeOnClickOutside={made === undefined}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {made === undefined ? (
        <InviteForm by={by} onMade={setMade} onClose={onClose} />
      ) : (
        <Stack gap="md">
          <Text size="sm" role="status">
            {made.link === null
              ? "A mail with a link was sent."
              : "Pass this link on. It is shown this once, and works once."}
          </Text>
          {made.link !== null && <SecretLine label="Link" value={made.link} />}
          <Text size="sm" c="dimmed">
            The invitation ends {date(made.invitation.expiresAt)}.
          </Text>
          <Group justify="flex-end">
            <Button onClick={onClose} autoFocus>
              Done
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
