// The API keys of one's own account: the list, a new one, the deletion of one.
import { Button, Skeleton } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteKey, keysQuery } from "../api/account.ts";
import { KeyList } from "../ui/account/key-list.tsx";
import { NewKey } from "../ui/account/new-key.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";

export function AccountKeysPage() {
  useTitle("API keys");
  const client = useQueryClient();
  const [isMaking, setIsMaking] = useState(false);
  const { data, error, refetch } = useQuery(keysQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Section
      title="API keys"
      about="With a key a program does in your name what you allow it: the command line, an import, a notebook."
      action={
        <Button size="xs" onClick={() => setIsMaking(true)}>
          New key
        </Button>
      }
    >
      {data === undefined && <Skeleton h={150} radius="lg" aria-busy="true" />}
      {data?.length === 0 && (
        <EmptyState icon={<IconKey size={36} stroke={1.3} aria-hidden />} title="No keys">
          Programs need one to reach this server in your name.
        </EmptyState>
      )}
      {data !== undefined && data.length > 0 && (
        <KeyList
          label="Your API keys"
          keys={data}
          onDelete={async (id) => {
            await deleteKey(id);
            await client.invalidateQueries({ queryKey: keysQuery.queryKey });
          }}
        />
      )}
      {isMaking && <NewKey onClose={() => setIsMaking(false)} />}
    </Section>
  );
}
