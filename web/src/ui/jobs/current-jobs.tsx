// Jobs that run or wait: those of one kind and state in one collection are one line.
import { Button, Progress, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type CurrentJob, type JobList, jobGroups } from "#services/contract/job-list.ts";
import { collectionsQuery } from "../../api/collections.ts";
import { cancelJob, jobsQuery } from "../../api/jobs.ts";
import { percent } from "../../shape/figures/effects.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ago, clockTime, fullTime } from "../../shape/words/times.ts";
import { useMayImport } from "../account/may.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useNow } from "../parts/now.ts";
import { JobTitle } from "./job-title.tsx";

/** "Waiting until 14:05", "Running" */
const stateText = ({ state, dueAt }: CurrentJob, now: number): string => {
  if (state === "running") return "Running";
  return dueAt > now ? `Waiting until ${clockTime(dueAt)}` : "Waiting";
};

function JobLine({ group }: { readonly group: readonly CurrentJob[] }) {
  const client = useQueryClient();
  const now = useNow();
  const { data: collections } = useQuery(collectionsQuery);
  const mayImport = useMayImport();
  const cancel = useMutation({
    mutationFn: (id: string) => cancelJob(id),
    onSuccess: (jobs) => client.setQueryData(jobsQuery.queryKey, jobs),
  });
  const [job] = group;
  if (job === undefined) return null;
  const since = Math.min(...group.map(({ askedAt }) => askedAt));
  const attempts = Math.max(...group.map((one) => one.attempts));
  const reason = group.find((one) => one.reason !== null)?.reason;
  const collection = collections?.find(({ id }) => id === job.collection);
  return (
    <li className="card status-job">
      <div className="status-job-text">
        <Text size="sm" fw={580} component="div">
          <JobTitle job={job} collection={collection} />
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {stateText(job, now)}
          {group.length > 1 && `, ${counted(group.length, "job")}`}, asked for{" "}
          <time dateTime={new Date(since).toISOString()} title={fullTime(since)}>
            {ago(since, now)}
          </time>
          {attempts > 1 && `, ${counted(attempts, "attempt")}`}
          {job.progress !== null && `, ${percent(job.progress)}`}
        </Text>
        {reason !== undefined && <Text size="xs">{reason}</Text>}
        {job.progress !== null && (
          <Progress
            mt={6}
            size="sm"
            value={job.progress * 100}
            aria-label={`${job.title}: ${percent(job.progress)}`}
          />
        )}
        <ActionError error={cancel.error} />
      </div>
      {group.length === 1 && job.cancellable && mayImport && collection?.level !== "read" && (
        <Button
          size="xs"
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate(job.id)}
        >
          Cancel
        </Button>
      )}
    </li>
  );
}

export function CurrentJobs({ jobs }: { readonly jobs: JobList }) {
  const groups = jobGroups(jobs.current);
  const more =
    jobs.counts.reduce((sum, { active, waiting }) => sum + active + waiting, 0) -
    jobs.current.length;
  if (groups.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing runs or waits.
      </Text>
    );
  return (
    <>
      <ul className="status-jobs">
        {groups.map((group) => (
          <JobLine key={group[0]?.id} group={group} />
        ))}
      </ul>
      {more > 0 && (
        <Text size="sm" c="dimmed" mt={8}>
          and {counted(more, "more job")}
        </Text>
      )}
    </>
  );
}
