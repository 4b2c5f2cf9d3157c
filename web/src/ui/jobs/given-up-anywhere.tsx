// Jobs that were given up, of all organizations, for whoever runs the server.
import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { GivenUpList } from "#services/contract/server.ts";
import { jobsQuery } from "../../api/jobs.ts";
import { forgetAnywhere, givenUpQuery, retryAnywhere } from "../../api/server.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ErrorMessage } from "../parts/error-message.tsx";
import { GivenUpLine } from "./given-up-line.tsx";

export function GivenUpAnywhere() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(givenUpQuery);
  const take = (list: GivenUpList) => {
    client.setQueryData(givenUpQuery.queryKey, list);
    void client.invalidateQueries({ queryKey: jobsQuery.queryKey });
  };
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={90} radius="lg" aria-busy="true" />;
  if (data.jobs.length === 0)
    return (
      <Text size="sm" c="dimmed">
        None.
      </Text>
    );
  const more = data.total - data.jobs.length;
  return (
    <Stack gap={8}>
      <ul className="status-jobs" aria-label="Given-up jobs">
        {data.jobs.map((job) => (
          <GivenUpLine
            key={job.id}
            job={job}
            title={`${job.title}, ${job.organization.name}`}
            acts={{
              retry: async () => take(await retryAnywhere(job.id)),
              forget: async () => take(await forgetAnywhere(job.id)),
            }}
          />
        ))}
      </ul>
      {more > 0 && (
        <Text size="sm" c="dimmed">
          and {counted(more, "more job")}
        </Text>
      )}
    </Stack>
  );
}
