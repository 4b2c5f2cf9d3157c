// Where one is signed in: the sessions of the account, each with a button to end it; and who looked at the app as oneself.
import { Badge, Button, Skeleton, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { endOtherSessions, endSession, sessionsQuery } from "../api/account.ts";
import { ago, date, fullTime } from "../shape/words/times.ts";
import { LooksSection } from "../ui/account/looks-section.tsx";
import { ActionError } from "../ui/parts/action-error.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useNow } from "../ui/parts/now.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";

function Sessions() {
  const client = useQueryClient();
  const now = useNow();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const end = useMutation({
    /** undefined: all but this one. */
    mutationFn: (id: string | undefined) =>
      id === undefined ? endOtherSessions() : endSession(id),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  const others = (data ?? []).filter((one) => !one.current);
  return (
    <Section
      title="Sessions"
      about="Where you are signed in. A session that is not used ends by itself."
      action={
        others.length > 0 && (
          <Button
            variant="default"
            size="xs"
            loading={end.isPending && end.variables === undefined}
            onClick={() => end.mutate(undefined)}
          >
            End all others
          </Button>
        )
      }
    >
      <ActionError error={end.error} />
      {data === undefined ? (
        <Skeleton h={150} radius="lg" aria-busy="true" />
      ) : (
        <ul className="card rows" aria-label="Sessions">
          {data.map((one) => (
            <li key={one.id}>
              <div className="row-main">
                <span className="row-title">
                  {one.device}
                  {one.current && (
                    <Badge size="sm" variant="light" tt="none">
                      This one
                    </Badge>
                  )}
                </span>
                <span className="row-sub">
                  {one.network} · signed in {date(one.createdAt)} ·{" "}
                  <time
                    dateTime={new Date(one.lastUsedAt).toISOString()}
                    title={fullTime(one.lastUsedAt)}
                  >
                    used {ago(one.lastUsedAt, now)}
                  </time>
                </span>
              </div>
              {!one.current && (
                <div className="row-acts">
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={`End the session: ${one.device}`}
                    loading={end.isPending && end.variables === one.id}
                    onClick={() => end.mutate(one.id)}
                  >
                    End
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function AccountSessionsPage() {
  useTitle("Sessions");
  return (
    <Stack gap={44}>
      <Sessions />
      <LooksSection />
    </Stack>
  );
}
