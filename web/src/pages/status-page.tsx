// The status page: what does not work in full, the checks of the server, its jobs, and those that were given up.
import { Button, Group, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type GivenUpJob, type JobList, jobTitles } from "#services/contract/job-list.ts";
import type { Readiness } from "#services/contract/system.ts";
import { collectionsQuery } from "../api/collections.ts";
import { forgetJob, jobsQuery, retryJob } from "../api/jobs.ts";
import { readyQuery } from "../api/system.ts";
import { count, counted } from "../shape/words/numbers.ts";
import { checkName, statusLines } from "../shape/words/server-status.ts";
import { ago, fullTime } from "../shape/words/times.ts";
import { describeError, ErrorMessage } from "../ui/parts/error-message.tsx";
import { Notice } from "../ui/parts/notice.tsx";
import { useNow } from "../ui/parts/now.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { ScrollBox } from "../ui/parts/scroll-box.tsx";
import { StatusLines } from "../ui/shell/status-lines.tsx";
import "./status.css";

/** Given-up jobs have a list of their own on this page. */
const isGivenUp = (code: string) => code === "job-given-up" || code === "jobs-given-up";

interface SummaryProps {
  readonly ready: Readiness;
  readonly givenUp: number;
}

function Summary({ ready, givenUp }: SummaryProps) {
  const { degraded = [] } = ready;
  const rest = degraded.filter(({ code }) => !isGivenUp(code));
  const lines = statusLines({ ...ready, degraded: rest });
  if (lines.length === 0 && givenUp > 0)
    return (
      <Notice role="status" icon={<IconAlertTriangle size={18} stroke={1.7} aria-hidden />}>
        <p>
          {counted(givenUp, "job")} {givenUp === 1 ? "was" : "were"} given up. Everything else
          works.
        </p>
      </Notice>
    );
  if (lines.length === 0)
    return (
      <Group gap={8} role="status" wrap="nowrap">
        <IconCircleCheck size={18} stroke={1.7} className="status-ok" aria-hidden />
        <Text size="sm">Everything works.</Text>
      </Group>
    );
  return (
    <Notice
      role="status"
      title={ready.ready ? "Some parts do not work in full" : "The server is not ready"}
      icon={<IconAlertTriangle size={18} stroke={1.7} aria-hidden />}
    >
      <StatusLines lines={lines} />
    </Notice>
  );
}

/** null: a fact that is neither good nor bad. */
function StateIcon({ ok }: { readonly ok: boolean | null }) {
  if (ok === null) return <IconInfoCircle size={16} stroke={1.6} className="dim" aria-hidden />;
  return ok ? (
    <IconCircleCheck size={16} stroke={1.7} className="status-ok" aria-hidden />
  ) : (
    <IconAlertTriangle size={16} stroke={1.7} aria-label="Problem" />
  );
}

function Checks({ ready }: { readonly ready: Readiness }) {
  const { model, providers } = ready;
  const runsOn =
    providers.fallback === null
      ? providers.active
      : `${providers.active} (asked for ${providers.asked.join(", ")}: ${providers.fallback})`;
  const rows: readonly (readonly [name: string, ok: boolean | null, detail: string])[] = [
    ...ready.checks.map(
      ({ name, ok, detail }) =>
        [
          checkName(name),
          ok,
          name === "model" && ok ? `${model.id}, ${count(model.dim)} dimensions` : detail,
        ] as const,
    ),
    ["Embedding runs on", providers.fallback === null, runsOn],
    ...ready.engines.map(
      ({ name, available, reason }) =>
        [
          `Index engine ${name}`,
          available ? true : null,
          available ? "available" : (reason ?? "not available"),
        ] as const,
    ),
    ["Version of Parlance", null, ready.version],
  ];
  return (
    <dl className="card status-checks">
      {rows.map(([name, ok, detail]) => (
        <div key={name}>
          <dt>
            <StateIcon ok={ok} />
            {name}
          </dt>
          <dd className="tabular">{detail}</dd>
        </div>
      ))}
    </dl>
  );
}

function JobCounts({ jobs }: { readonly jobs: JobList }) {
  return (
    <div className="card">
      <ScrollBox label="Jobs" minWidth={330}>
        <Table verticalSpacing={8} horizontalSpacing="sm" className="tabular" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Job</Table.Th>
              <Table.Th ta="right">Waiting</Table.Th>
              <Table.Th ta="right">Running</Table.Th>
              <Table.Th ta="right">Given up</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {jobs.counts.map(({ name, waiting, active, givenUp }) => (
              <Table.Tr key={name}>
                <Table.Td>{jobTitles[name]}</Table.Td>
                <Table.Td ta="right">{count(waiting)}</Table.Td>
                <Table.Td ta="right">{count(active)}</Table.Td>
                <Table.Td ta="right">{count(givenUp)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
    </div>
  );
}

function GivenUp({ job }: { readonly job: GivenUpJob }) {
  const client = useQueryClient();
  const now = useNow();
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
          {job.title}
          {collection && (
            <>
              {": "}
              <Link
                to={job.name === "upload.received" ? "/c/$collection/uploads" : "/c/$collection"}
                params={{ collection: collection.id }}
                className="text-link"
              >
                {collection.name}
              </Link>
            </>
          )}
        </Text>
        <Text size="sm">{job.reason}</Text>
        <Text size="xs" c="dimmed">
          {counted(job.attempts, "attempt")}, given up{" "}
          <time dateTime={new Date(job.givenUpAt).toISOString()} title={fullTime(job.givenUpAt)}>
            {ago(job.givenUpAt, now)}
          </time>
        </Text>
        {failed && (
          <Text size="xs" role="alert">
            {describeError(failed).detail}
          </Text>
        )}
      </div>
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
    </li>
  );
}

export function StatusPage() {
  useTitle("Server status");
  const ready = useQuery(readyQuery);
  const jobs = useQuery(jobsQuery);
  const error = ready.error ?? jobs.error;
  if (error && !(ready.data && jobs.data))
    return (
      <ErrorMessage
        error={error}
        retry={() => {
          void ready.refetch();
          void jobs.refetch();
        }}
      />
    );
  return (
    <div className="page" style={{ maxWidth: 820 }}>
      <Title order={1} fz="1.5rem" mb={12}>
        Server status
      </Title>
      {ready.data && jobs.data ? (
        <Stack gap={28}>
          <Summary ready={ready.data} givenUp={jobs.data.givenUp.length} />
          {jobs.data.givenUp.length > 0 && (
            <section aria-labelledby="given-up">
              <Title order={2} id="given-up" mb={4}>
                Given-up jobs
              </Title>
              <Text size="sm" c="dimmed" mb={10}>
                Jobs that failed too often. No data is lost: an upload is kept, and can be read
                again.
              </Text>
              <ul className="status-jobs">
                {jobs.data.givenUp.map((job) => (
                  <GivenUp key={job.id} job={job} />
                ))}
              </ul>
            </section>
          )}
          <section aria-labelledby="checks">
            <Title order={2} id="checks" mb={10}>
              Checks
            </Title>
            <Checks ready={ready.data} />
          </section>
          <section aria-labelledby="jobs">
            <Title order={2} id="jobs" mb={10}>
              Jobs
            </Title>
            <JobCounts jobs={jobs.data} />
          </section>
        </Stack>
      ) : (
        <Stack gap={14} aria-busy="true">
          <Skeleton h={22} w="50%" />
          <Skeleton h={220} radius="lg" />
          <Skeleton h={260} radius="lg" />
        </Stack>
      )}
    </div>
  );
}
