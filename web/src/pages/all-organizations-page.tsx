// All organizations of the server with what each has and may use, for whoever runs it; and a new one.
import { Button, Skeleton, VisuallyHidden } from "@mantine/core";
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
import { Section } from "../ui/parts/section.tsx";
import { Stat } from "../ui/parts/stat.tsx";
import "./server.css";

type Listed = z.infer<typeof organizationList>["organizations"][number];

const numbers: readonly (readonly [label: string, read: (of: Listed) => string])[] = [
  ["members", ({ members }) => count(members)],
  ["collections", ({ collections }) => count(collections)],
  ["messages", ({ messages }) => count(messages)],
  ["embeddings", ({ embeddings }) => count(embeddings)],
  ["of files", ({ quotas }) => usedText("storedBytes", quotas.storedBytes)],
  ["requests this minute", ({ quotas }) => usedText("requestsPerMinute", quotas.requestsPerMinute)],
  ["tokens today", ({ quotas }) => usedText("tokensPerDay", quotas.tokensPerDay)],
  ["jobs", ({ jobs }) => count(jobs)],
];

function Row({ of, onLimits }: { readonly of: Listed; readonly onLimits: () => void }) {
  return (
    <li>
      <div className="row-main">
        <span className="row-title">{of.name}</span>
        <span className="row-sub">since {date(of.createdAt)}</span>
      </div>
      <div className="row-acts">
        <Button variant="default" size="xs" onClick={onLimits}>
          Limits<VisuallyHidden> of {of.name}</VisuallyHidden>
        </Button>
      </div>
      <div className="organization-numbers">
        {numbers.map(([label, read]) => (
          <Stat key={label} value={read(of)} label={label} />
        ))}
      </div>
    </li>
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
        <ul className="card rows" aria-label="Organizations of this server">
          {data.map((one) => (
            <Row key={one.id} of={one} onLimits={() => setLimited(one)} />
          ))}
        </ul>
      )}
      {limited && <QuotaForm of={limited} onClose={() => setLimited(undefined)} />}
      {isMaking && <NewOrganization onClose={() => setIsMaking(false)} />}
    </Section>
  );
}
