// The status page: what does not work in full, the checks of the server, and how many jobs there are.
import { Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { JobList } from "#services/contract/job-list.ts";
import type { Readiness } from "#services/contract/system.ts";
import { jobsQuery } from "../api/jobs.ts";
import { readyQuery } from "../api/system.ts";
import { count, counted } from "../shape/words/numbers.ts";
import {
  checkDetail,
  checkName,
  providerText,
  serverRows,
  statusLines,
} from "../shape/words/server-status.ts";
import { AccountsSwitch } from "../ui/account/accounts-switch.tsx";
import { useMayRunServer } from "../ui/account/may.ts";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { Notice } from "../ui/parts/notice.tsx";
import { PageHead } from "../ui/parts/page-head.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { StatusLines } from "../ui/shell/status-lines.tsx";
import "./status.css";

/** Given-up jobs have a list of their own on the jobs page. */
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
          <Link to="/jobs" className="text-link">
            {counted(givenUp, "job")}
          </Link>{" "}
          {givenUp === 1 ? "was" : "were"} given up. Everything else works.
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
  const rows: readonly (readonly [name: string, ok: boolean | null, detail: string])[] = [
    ...ready.checks.map(
      ({ name, ok, detail }) =>
        [
          checkName(name),
          ok,
          name === "model" && ok
            ? `${model.id}, ${count(model.dim)} dimensions`
            : checkDetail(detail),
        ] as const,
    ),
    ["Embedding runs on", providers.fallback === null, providerText(providers)],
    ...ready.engines.map(
      ({ name, available, reason }) =>
        [
          `Index engine ${name}`,
          available ? true : null,
          available ? "available" : (reason ?? "not available"),
        ] as const,
    ),
    ...serverRows(ready.server).map(([name, detail]) => [name, null, detail] as const),
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

function JobsLine({ jobs }: { readonly jobs: JobList }) {
  const sum = (of: "waiting" | "active" | "givenUp") =>
    jobs.counts.reduce((all, one) => all + one[of], 0);
  return (
    <Text size="sm">
      {count(sum("active"))} running, {count(sum("waiting"))} waiting, {count(sum("givenUp"))} given
      up.{" "}
      <Link to="/jobs" className="text-link">
        All jobs
      </Link>
    </Text>
  );
}

/** For whoever runs the server. */
function MoreAboutServer() {
  if (!useMayRunServer()) return null;
  return (
    <Text size="sm">
      More about the server:{" "}
      <Link to="/server" className="text-link">
        settings
      </Link>
      ,{" "}
      <Link to="/server/model" className="text-link">
        model
      </Link>
      ,{" "}
      <Link to="/server/storage" className="text-link">
        storage
      </Link>
      .
    </Text>
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
      <PageHead title="Server status" />
      {ready.data && jobs.data ? (
        <Stack gap={28}>
          <Summary ready={ready.data} givenUp={jobs.data.givenUp.length} />
          <section aria-labelledby="checks">
            <Title order={2} id="checks" mb={10}>
              Checks
            </Title>
            <Checks ready={ready.data} />
            {ready.data.server === undefined && (
              <Text size="sm" c="dimmed" mt={10}>
                Whoever runs this server sees more here.
              </Text>
            )}
          </section>
          <section aria-labelledby="jobs">
            <Title order={2} id="jobs" mb={10}>
              Jobs
            </Title>
            <JobsLine jobs={jobs.data} />
          </section>
          <MoreAboutServer />
          <AccountsSwitch />
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
