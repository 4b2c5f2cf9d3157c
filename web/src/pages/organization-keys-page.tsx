// The API keys of all members, each with a button to delete it; and keeping members and teams by SCIM.
import { Skeleton, Stack } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { allKeysQuery, deleteKeyOfMember } from "../api/organization.ts";
import { KeyList } from "../ui/account/key-list.tsx";
import { ScimSection } from "../ui/organization/scim-section.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";

export function OrganizationKeysPage() {
  useTitle("API keys of all members");
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(allKeysQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Stack gap={44}>
      <Section
        title="API keys"
        about="Those of all members. Each member makes keys in the account."
      >
        {data === undefined && <Skeleton h={150} radius="lg" aria-busy="true" />}
        {data?.length === 0 && (
          <EmptyState icon={<IconKey size={36} stroke={1.3} aria-hidden />} title="No keys">
            No member has made one.
          </EmptyState>
        )}
        {data !== undefined && data.length > 0 && (
          <KeyList
            label="API keys of all members"
            keys={data}
            showsOwner
            onDelete={async (id) => {
              await deleteKeyOfMember(id);
              await client.invalidateQueries({ queryKey: allKeysQuery.queryKey });
            }}
          />
        )}
      </Section>
      <ScimSection />
    </Stack>
  );
}
