// Whether one's own searches are counted for the organization.
import { Stack, Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Account } from "#services/contract/accounts.ts";
import { accountQuery, patchAccount } from "../../api/account.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Section } from "../parts/section.tsx";

export function SearchCounting({ user }: { readonly user: NonNullable<Account["user"]> }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (countSearches: boolean) => patchAccount({ preferences: { countSearches } }),
    onSuccess: (saved) => client.setQueryData(accountQuery.queryKey, saved),
  });
  return (
    <Section
      title="Your searches"
      about="Admins see how much is searched, how fast and with what outcome, by day and without names. What is searched for is kept only where an admin turned that on."
    >
      <Stack gap="md">
        <Switch
          label="Count my searches"
          description="Turned off, neither your searches nor what you search for are in those figures from now on."
          // As it will be, so that the switch does not jump back while it is saved.
          checked={change.isPending ? change.variables : user.preferences.countSearches}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
        />
        <ActionError error={change.error} />
      </Stack>
    </Section>
  );
}
