// A job that was given up: what it was about and why, with buttons to try it again and to forget it.
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { GivenUpJob, JobList } from "#services/contract/job-list.ts";
import { collectionsQuery } from "../../api/collections.ts";
import { forgetJob, jobsQuery, retryJob } from "../../api/jobs.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import { useMayImport } from "../account/may.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useNow } from "../parts/now.ts";
import { JobTitle } from "./job-title.tsx";

export function GivenUpCard({ job }: { readonly job: GivenUpJob }) {
  const client = useQueryClient();
  const now = useNow();
  const mayImport = useMayImport();
  const { data: collections } = useQuery(collectionsQuery);
  const collection = collections?.find(({ id }) => id === job.collection);
  const onSuccess = (jobs: JobList) => {
    client.setQueryData(jobsQuery.queryKey, jobs);
    // An upload or an analysis is under way again, and the banner has a line less.
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "jobs" });
  };
  const retry = useMutation({ mutationFn: () => retryJob(job.id), onSuccess });
  const forget = useMutation({ mutationFn: () => forgetJob(job.id), onSuccess });
  const failed = retry.error ?? forget.error;
  return (
    <li className="card status-job">
      <div className="status-job-text">
        <Text size="sm" fw={580}>
          <JobTitle job={job} collection={collection} />
        </Text>
        <Text size="sm">{job.reason}</Text>
        <Text size="xs" c="dimmed">
          {counted(job.attempts, "attempt")}, given up{" "}
          <time dateTime={new Date(job.givenUpAt).toISOString()} title={fullTime(job.givenUpAt)}>
            {ago(job.givenUpAt, now)}
          </time>
        </Text>
        <ActionError error={failed} />
      </div>
      {mayImport && collection?.level !== "read" && (
        <Group gap={8} wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            loading={retry.isPending}
            disabled={forget.isPending}
            onClick={() => retry.mutate()}
          >
            Try again
          </Button>
          {job.name !== "erase.requested" && (
            <Button
              size="xs"
              variant="subtle"
              color="gray"
              title="Takes it off this list. What it was about stays failed."
              loading={forget.isPending}
              disabled={retry.isPending}
              onClick={() => forget.mutate()}
            >
              Forget
            </Button>
          )}
        </Group>
      )}
    </li>
  );
}
