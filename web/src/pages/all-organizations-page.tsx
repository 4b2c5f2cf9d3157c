// All organizations of the server with what each has and may use, for whoever runs it; and a new one.
import { Button, Skeleton, Table, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { organizationList } from "#services/contract/organizations.ts";
import { usedText } from "#services/contract/quota-words.ts";
import { organizationsQuery } from "../api/organizations.ts";
import { count } from "../shape/words/numbers.ts";
import { date } from "../shape/words/times.ts";
import { NewOrganization } from "../ui/organization/new-organization.tsx";
import { QuotaForm } from "../ui/organization/quota-form.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { ScrollBox } from "../ui/parts/scroll-box.tsx";
import { Section } from "../ui/parts/section.tsx";

type Listed = z.infer<typeof organizationList>["organizations"][number];

const columns: readonly (readonly [string, (of: Listed) => string])[] = [
  ["Members", ({ members }) => count(members)],
  ["Collections", ({ collections }) => count(collections)],
  ["Messages", ({ messages }) => count(messages)],
  ["Files", ({ quotas }) => usedText("storedBytes", quotas.storedBytes)],
  ["Embeddings", ({ embeddings }) => count(embeddings)],
  ["Requests this minute", ({ quotas }) => usedText("requestsPerMinute", quotas.requestsPerMinute)],
  ["Tokens today", ({ quotas }) => usedText("tokensPerDay", quotas.tokensPerDay)],
  ["Jobs", ({ jobs }) => count(jobs)],
];

function Row({ of, onLimits }: { readonly of: Listed; readonly onLimits: () => void }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={560}>
        {of.name}
        <Text size="xs" c="dimmed">
          since {date(of.createdAt)}
        </Text>
      </Table.Th>
      <Table.Td>
        <Button size="compact-sm" variant="subtle" onClick={onLimits}>
          Limits<VisuallyHidden> of {of.name}</VisuallyHidden>
        </Button>
      </Table.Td>
      {columns.map(([label, read]) => (
        <Table.Td key={label} ta="right" className="tabular">
          {read(of)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

export function AllOrganizationsPage() {
  useTitle("All organizations");
  const { data, error, refetch } = useQuery(organizationsQuery);
  const [isMaking, setIsMaking] = useState(false);
  const [limited, setLimited] = useState<Listed>();
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Section
      title="All organizations"
      about="Of this server, with what each of them has and may use. Nobody sees into an organization without being a member of it."
      action={
        <Button size="xs" onClick={() => setIsMaking(true)}>
          New organization
        </Button>
      }
    >
      {data === undefined ? (
        <Skeleton h={150} radius="lg" aria-busy="true" />
      ) : (
        <div className="card" style={{ padding: "4px 6px" }}>
          <ScrollBox label="Organizations of this server" minWidth={980}>
            <Table verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th aria-label="Limits" />
                  {columns.map(([label]) => (
                    <Table.Th key={label} ta="right">
                      {label}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map((one) => (
                  <Row key={one.id} of={one} onLimits={() => setLimited(one)} />
                ))}
              </Table.Tbody>
            </Table>
          </ScrollBox>
        </div>
      )}
      {limited && <QuotaForm of={limited} onClose={() => setLimited(undefined)} />}
      {isMaking && <NewOrganization onClose={() => setIsMaking(false)} />}
    </Section>
  );
}
