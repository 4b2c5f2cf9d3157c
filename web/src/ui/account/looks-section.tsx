// Who looked at the app as oneself: when, why, and for how long; nothing where nobody did and nobody may.
import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { looksQuery } from "../../api/looks.ts";
import { organizationQuery } from "../../api/organization.ts";
import { clockTime, date, fullTime } from "../../shape/words/times.ts";
import { ErrorMessage } from "../parts/error-message.tsx";
import { Section } from "../parts/section.tsx";

export function LooksSection() {
  const looks = useQuery(looksQuery);
  const { data: organization } = useQuery(organizationQuery);
  if (looks.error && !looks.data)
    return <ErrorMessage error={looks.error} retry={() => void looks.refetch()} />;
  if (looks.data === undefined) return <Skeleton h={90} radius="lg" aria-busy="true" />;
  if (looks.data.length === 0 && organization?.allowsLooking !== true) return null;
  return (
    <Section
      title="Looks as you"
      about="Where an organization allows it, its owners and admins may see Parlance as you see it, read-only, for half an hour at a time. Each time is listed here."
    >
      {looks.data.length === 0 ? (
        <Text size="sm">Nobody has looked at Parlance as you.</Text>
      ) : (
        <ul className="card rows" aria-label="Looks as you">
          {looks.data.map((one) => (
            <li key={one.id}>
              <div className="row-main">
                <span className="row-title">{one.by ?? "Whoever runs the server"}</span>
                <span className="row-sub">“{one.reason}”</span>
                <span className="row-sub">
                  {one.organization} ·{" "}
                  <time
                    dateTime={new Date(one.beganAt).toISOString()}
                    title={fullTime(one.beganAt)}
                  >
                    {date(one.beganAt)}, {clockTime(one.beganAt)}
                  </time>{" "}
                  {one.endedAt === null ? "until now" : `to ${clockTime(one.endedAt)}`}
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
