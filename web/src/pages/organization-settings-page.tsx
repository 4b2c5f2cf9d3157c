// The settings of the organization: its name, what it asks of its members, whether admins may look as members, what it keeps of searches, what it may use, and who changed them.
import { Button, Group, Skeleton, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { organization } from "#services/contract/organizations.ts";
import { accountQuery } from "../api/account.ts";
import { organizationQuery, patchOrganization } from "../api/organization.ts";
import { date } from "../shape/words/times.ts";
import { useAccount } from "../ui/account/use-session.ts";
import { OrganizationQuotas } from "../ui/organization/quotas.tsx";
import { SearchTexts } from "../ui/organization/search-texts.tsx";
import { SettingChanges } from "../ui/organization/setting-changes.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import { useSending } from "../ui/parts/use-sending.ts";

function SettingsForm({ of }: { readonly of: z.infer<typeof organization> }) {
  const client = useQueryClient();
  const isOwner = useAccount()?.role === "owner";
  const form = useForm({
    initialValues: {
      name: of.name,
      requiresSecondFactor: of.requiresSecondFactor,
      allowsLooking: of.allowsLooking,
    },
    validate: { name: (name) => (name.trim() === "" ? "An organization needs a name." : null) },
  });
  const { onSubmit, isPending, isDone, error } = useSending(form, {
    send: (values) => patchOrganization({ ...values, name: values.name.trim() }),
    onDone: (saved) => {
      client.setQueryData(organizationQuery.queryKey, saved);
      void client.invalidateQueries({ queryKey: accountQuery.queryKey });
      form.resetDirty();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md" maw={480}>
        <TextInput label="Name" maxLength={100} {...form.getInputProps("name")} />
        <Switch
          label="Every member needs a second factor"
          description="Who has none can do nothing else until it is set up."
          {...form.getInputProps("requiresSecondFactor", { type: "checkbox" })}
        />
        <Switch
          label="Owners and admins may look at Parlance as a member sees it"
          description={`Read-only, for half an hour at a time, with a reason that the member is told. Private collections are shown too.${isOwner ? "" : " Only an owner can change this."}`}
          disabled={!isOwner}
          {...form.getInputProps("allowsLooking", { type: "checkbox" })}
        />
        <FormError error={error} />
        <Group>
          <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
            Save
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {isDone && !form.isDirty() && "Saved."}
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          This organization was made on {date(of.createdAt)}.
        </Text>
      </Stack>
    </form>
  );
}

export function OrganizationSettingsPage() {
  useTitle("Settings of the organization");
  const { data, error, refetch } = useQuery(organizationQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Stack gap={44}>
      <Section title="Settings">
        {data === undefined ? (
          <Skeleton h={280} radius="lg" aria-busy="true" />
        ) : (
          <SettingsForm key={data.id} of={data} />
        )}
      </Section>
      {data !== undefined && <SearchTexts isKept={data.keepsSearchTexts} />}
      <OrganizationQuotas />
      <SettingChanges />
    </Stack>
  );
}
