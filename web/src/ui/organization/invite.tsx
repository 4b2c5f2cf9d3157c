// The dialog that invites somebody by address; where no mail is sent, it shows the link to pass on.
import { Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { MemberRole } from "#services/contract/accounts.ts";
import type { madeInvitation } from "#services/contract/organizations.ts";
import { invitationsQuery, invite } from "../../api/organization.ts";
import { addressError } from "../door/person-errors.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { OnceDialog } from "../parts/once-dialog.tsx";
import { useSending } from "../parts/use-sending.ts";
import { MadeInvitation } from "./made-invitation.tsx";
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
        <FormButtons onCancel={onClose} isPending={isPending}>
          Invite
        </FormButtons>
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
    <OnceDialog
      title={made === undefined ? "Invite somebody" : `${made.invitation.email} is invited`}
      isMade={made !== undefined}
      onClose={onClose}
    >
      {made === undefined ? (
        <InviteForm by={by} onMade={setMade} onClose={onClose} />
      ) : (
        <MadeInvitation made={made} onClose={onClose} />
      )}
    </OnceDialog>
  );
}
