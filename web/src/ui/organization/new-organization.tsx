// The dialog that makes an organization and invites its first owner; where no mail is sent, it shows the link to pass on.
import { Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { madeOrganization } from "#services/contract/organizations.ts";
import { makeOrganization, organizationsQuery } from "../../api/organizations.ts";
import { addressError } from "../door/person-errors.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { OnceDialog } from "../parts/once-dialog.tsx";
import { useSending } from "../parts/use-sending.ts";
import { MadeInvitation } from "./made-invitation.tsx";

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
        <FormButtons onCancel={onClose} isPending={isPending}>
          Make the organization
        </FormButtons>
      </Stack>
    </form>
  );
}

export function NewOrganization({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<Made>();
  return (
    <OnceDialog
      title={made === undefined ? "New organization" : `${made.organization.name} is made`}
      isMade={made !== undefined}
      onClose={onClose}
    >
      {made === undefined ? (
        <OrganizationForm onMade={setMade} onClose={onClose} />
      ) : (
        <MadeInvitation made={made.invitation} onClose={onClose} />
      )}
    </OnceDialog>
  );
}
