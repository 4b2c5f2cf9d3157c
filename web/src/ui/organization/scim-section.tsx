// Keeping members and teams by SCIM: the address that an identity provider is told, and a key for it, shown this once.
import { Button, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { SCIM_BASE } from "#services/contract/scim.ts";
import { allKeysQuery, makeScimKey } from "../../api/organization.ts";
import { daysOf, keyLengths } from "../account/key-lengths.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { OnceDialog, ShownOnce } from "../parts/once-dialog.tsx";
import { SecretLine } from "../parts/secret-line.tsx";
import { Section } from "../parts/section.tsx";
import { useSending } from "../parts/use-sending.ts";

interface FormProps {
  readonly onSecret: (secret: string) => void;
  readonly onClose: () => void;
}

function ScimKeyForm({ onSecret, onClose }: FormProps) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: "", days: "365" },
    validate: {
      name: (name) =>
        name.trim() === "" ? "Give it a name, such as that of the identity provider." : null,
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ name, days }) => makeScimKey({ name: name.trim(), days: daysOf(days) }),
    onDone: ({ secret }) => {
      void client.invalidateQueries({ queryKey: allKeysQuery.queryKey });
      onSecret(secret);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="It works as long as you are an admin here, and the log names its changes by it."
          maxLength={100}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Select
          label="It works for"
          allowDeselect={false}
          data={keyLengths}
          {...form.getInputProps("days")}
        />
        <FormError error={error} />
        <FormButtons onCancel={onClose} isPending={isPending}>
          Make the key
        </FormButtons>
      </Stack>
    </form>
  );
}

function NewScimKey({ onClose }: { readonly onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  return (
    <OnceDialog
      title={secret === undefined ? "New SCIM key" : "Your SCIM key"}
      isMade={secret !== undefined}
      onClose={onClose}
    >
      {secret === undefined ? (
        <ScimKeyForm onSecret={setSecret} onClose={onClose} />
      ) : (
        <ShownOnce
          about="This is the only time that it is shown. Copy it to the identity provider."
          label="Key"
          value={secret}
          onClose={onClose}
        >
          Entra calls it “Secret token”, Okta “API token” of an HTTP header, Authentik “Token”.
        </ShownOnce>
      )}
    </OnceDialog>
  );
}

export function ScimSection() {
  const [isMaking, setIsMaking] = useState(false);
  return (
    <Section
      title="SCIM"
      about="An identity provider, such as Entra, Okta or Authentik, keeps members and teams here as it has them. Tell it this address, and a key."
      action={
        <Button size="xs" variant="default" onClick={() => setIsMaking(true)}>
          New SCIM key
        </Button>
      }
    >
      <SecretLine label="Address" value={`${globalThis.location.origin}${SCIM_BASE}`} />
      {isMaking && <NewScimKey onClose={() => setIsMaking(false)} />}
    </Section>
  );
}
