// The dialog that makes an API key: name, what it may do, for which collections, for how long; then the key, shown this once.
import { Checkbox, MultiSelect, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type OwnScope, ownScope, scopesOfRole } from "#services/contract/accounts.ts";
import { keysQuery, makeKey } from "../../api/account.ts";
import { collectionsQuery } from "../../api/collections.ts";
import { scopeTexts } from "../../shape/words/roles.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { OnceDialog, ShownOnce } from "../parts/once-dialog.tsx";
import { useSending } from "../parts/use-sending.ts";
import { daysOf, keyLengths } from "./key-lengths.ts";
import { useAccount } from "./use-session.ts";

const atFirst: OwnScope[] = ["read", "search"];

function KeyForm({
  onSecret,
  onClose,
}: {
  readonly onSecret: (secret: string) => void;
  readonly onClose: () => void;
}) {
  const client = useQueryClient();
  const account = useAccount();
  const { data: collections = [] } = useQuery(collectionsQuery);
  const form = useForm({
    initialValues: {
      name: "",
      scopes: atFirst as string[],
      collections: [] as string[],
      days: "90",
    },
    validate: {
      name: (name) => (name.trim() === "" ? "Give it a name, such as that of the program." : null),
      scopes: (scopes) => (scopes.length === 0 ? "It must be for something." : null),
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: (values) =>
      makeKey({
        name: values.name.trim(),
        scopes: ownScope.array().parse(values.scopes),
        days: daysOf(values.days),
        ...(values.collections.length === 0 ? {} : { collections: values.collections }),
      }),
    onDone: ({ secret }) => {
      void client.invalidateQueries({ queryKey: keysQuery.queryKey });
      onSecret(secret);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <TextInput label="Name" maxLength={100} data-autofocus {...form.getInputProps("name")} />
        <Checkbox.Group label="What it may do" {...form.getInputProps("scopes")}>
          <Stack gap={8} mt={6}>
            {scopesOfRole[account?.role ?? "viewer"].map((scope) => (
              <Checkbox key={scope} value={scope} label={scopeTexts[scope]} />
            ))}
          </Stack>
        </Checkbox.Group>
        <MultiSelect
          label="Collections"
          description="All that you may open where none is chosen."
          searchable
          clearable
          comboboxProps={{ keepMounted: false }}
          data={collections.map((one) => ({ value: one.id, label: one.name }))}
          {...form.getInputProps("collections")}
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

export function NewKey({ onClose }: { readonly onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  return (
    <OnceDialog
      title={secret === undefined ? "New API key" : "Your API key"}
      isMade={secret !== undefined}
      onClose={onClose}
    >
      {secret === undefined ? (
        <KeyForm onSecret={setSecret} onClose={onClose} />
      ) : (
        <ShownOnce
          about="This is the only time that it is shown. Copy it to where it is used."
          label="Key"
          value={secret}
          onClose={onClose}
        >
          Programs send it as “Authorization: Bearer …”.
        </ShownOnce>
      )}
    </OnceDialog>
  );
}
