// What an organization may use, and what it has used of it.
import { Progress, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { quotaNames, quotaTitles, usedText } from "#services/contract/quota-words.ts";
import type { Quota, QuotaName } from "#services/contract/quotas.ts";
import { quotasQuery } from "../../api/organization.ts";
import { fraction } from "../../shape/words/numbers.ts";
import { ErrorMessage } from "../parts/error-message.tsx";
import { Section } from "../parts/section.tsx";
import "./quotas.css";

/** Where so much of a limit is used, it is shown as nearly used up. */
const NEARLY = 0.9;

function Line({ name, quota }: { readonly name: QuotaName; readonly quota: Quota }) {
  const { limit, used } = quota;
  const part = used === null || limit === 0 ? undefined : fraction(used, limit);
  return (
    <div>
      <dt>{quotaTitles[name]}</dt>
      <dd className="tabular">
        {usedText(name, quota)}
        {limit === 0 && used !== null && (
          <Text span size="sm" c="dimmed">
            {" "}
            used; any number is allowed
          </Text>
        )}
        {part !== undefined && (
          <Progress
            value={part * 100}
            size="sm"
            mt={6}
            {...(part >= NEARLY ? { color: "red.9" } : {})}
            aria-label={`${quotaTitles[name]}, used`}
          />
        )}
      </dd>
    </div>
  );
}

export function OrganizationQuotas() {
  const { data, error, refetch } = useQuery(quotasQuery);
  return (
    <Section
      title="Limits"
      about="Of all members and keys together, set by whoever runs this server. Requests begin anew each minute, tokens each day (UTC)."
    >
      {error && !data ? (
        <ErrorMessage error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton h={150} radius="lg" aria-busy="true" />
      ) : (
        <dl className="card quotas">
          {quotaNames.map((name) => (
            <Line key={name} name={name} quota={data[name]} />
          ))}
        </dl>
      )}
    </Section>
  );
}
