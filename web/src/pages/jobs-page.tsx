// The jobs page: what was given up, what runs and waits, and how many jobs there are of each kind.
import { Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type JobList, jobTitles } from "#services/contract/job-list.ts";
import { jobsQuery } from "../api/jobs.ts";
import { count } from "../shape/words/numbers.ts";
import { CurrentJobs } from "../ui/jobs/current-jobs.tsx";
import { GivenUpCard } from "../ui/jobs/given-up-job.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { PageHead } from "../ui/parts/page-head.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { ScrollBox } from "../ui/parts/scroll-box.tsx";
import "./status.css";

/** Kinds of which there is no job are left out. */
function JobCounts({ jobs }: { readonly jobs: JobList }) {
  const counts = jobs.counts.filter(({ waiting, active, givenUp }) => waiting + active + givenUp);
  if (counts.length === 0) return null;
  return (
    <section aria-labelledby="kinds">
      <Title order={2} id="kinds" mb={10}>
        By kind
      </Title>
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
              {counts.map(({ name, waiting, active, givenUp }) => (
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
    </section>
  );
}

function GivenUp({ jobs }: { readonly jobs: JobList }) {
  if (jobs.givenUp.length === 0) return null;
  return (
    <section aria-labelledby="given-up">
      <Title order={2} id="given-up" mb={4}>
        Given-up jobs
      </Title>
      <Text size="sm" c="dimmed" mb={10}>
        Jobs that failed too often. No data is lost: an upload is kept, and can be read again.
      </Text>
      <ul className="status-jobs">
        {jobs.givenUp.map((job) => (
          <GivenUpCard key={job.id} job={job} />
        ))}
      </ul>
    </section>
  );
}

export function JobsPage() {
  useTitle("Jobs");
  const { data, error, refetch } = useQuery(jobsQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <div className="page" style={{ maxWidth: 820 }}>
      <PageHead title="Jobs" />
      {data ? (
        <Stack gap={28}>
          <GivenUp jobs={data} />
          <section aria-labelledby="current">
            <Title order={2} id="current" mb={10}>
              Running and waiting
            </Title>
            <CurrentJobs jobs={data} />
          </section>
          <JobCounts jobs={data} />
        </Stack>
      ) : (
        <Stack gap={14} aria-busy="true">
          <Skeleton h={80} radius="lg" />
          <Skeleton h={260} radius="lg" />
        </Stack>
      )}
    </div>
  );
}
