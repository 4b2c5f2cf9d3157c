// The audit log: who did what and when, filters, the file of it, and the check that nobody has changed it.
import { Button, Code, Group, Menu, Select, Skeleton, Text, TextInput } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconDownload,
  IconListDetails,
} from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { AuditEntry } from "#services/contract/organizations.ts";
import { collectionsQuery } from "../api/collections.ts";
import {
  type AuditAsked,
  auditExportUrl,
  auditLogQuery,
  checkAudit,
  membersQuery,
  teamsQuery,
} from "../api/organization.ts";
import { aboutText, actorText, checkText, type Names } from "../shape/words/audit.ts";
import { clockTime, date, fullTime } from "../shape/words/times.ts";
import { ActionError } from "../ui/parts/action-error.tsx";
import { DateRange } from "../ui/parts/date-range.tsx";
import { useDownload } from "../ui/parts/download.ts";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { Notice } from "../ui/parts/notice.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import { useTyped } from "../ui/parts/typed.ts";
import { Face } from "../ui/people/face.tsx";

function Acts() {
  const csv = useDownload(auditExportUrl("csv"));
  const lines = useDownload(auditExportUrl("jsonl"));
  const check = useMutation({ mutationFn: checkAudit });
  return (
    <>
      <Group gap="xs" mb={12}>
        <Button
          variant="default"
          size="xs"
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          Check the log
        </Button>
        <Menu position="bottom-start" shadow="md">
          <Menu.Target>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconDownload size={15} stroke={1.6} aria-hidden />}
            >
              Download
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component="a" {...csv.props}>
              CSV
            </Menu.Item>
            <Menu.Item component="a" {...lines.props}>
              JSON Lines
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {check.data?.ok === true && (
        <Group gap={8} role="status" wrap="nowrap" mb={12}>
          <IconCircleCheck size={18} stroke={1.7} className="good" aria-hidden />
          <Text size="sm">{checkText(check.data)}</Text>
        </Group>
      )}
      {check.data?.ok === false && (
        <Notice role="alert" icon={<IconAlertTriangle size={18} stroke={1.7} aria-hidden />}>
          <p>{checkText(check.data)}</p>
        </Notice>
      )}
      <ActionError error={check.error ?? csv.error ?? lines.error} />
    </>
  );
}

interface FiltersProps {
  readonly asked: AuditAsked;
  readonly onAsked: (change: AuditAsked) => void;
}

function Filters({ asked, onAsked }: FiltersProps) {
  const { data: members = [] } = useQuery(membersQuery);
  const [action, setAction] = useTyped(asked.action ?? "", (text) =>
    onAsked({ action: text.trim() === "" ? undefined : text.trim() }),
  );
  return (
    <Group gap="xs" mb={14} align="flex-end">
      <TextInput
        size="xs"
        label="Action"
        placeholder="Such as sign-in"
        maxLength={60}
        value={action}
        onChange={(event) => setAction(event.currentTarget.value)}
      />
      <Select
        size="xs"
        label="Who"
        placeholder="Anybody"
        clearable
        searchable
        clearButtonProps={{ "aria-label": "Anybody" }}
        comboboxProps={{ keepMounted: false }}
        data={members.map((one) => ({ value: one.id, label: one.name }))}
        value={asked.actor ?? null}
        onChange={(actor) => onAsked({ actor: actor ?? undefined })}
      />
      <DateRange
        label="Time"
        range={{ after: asked.after, before: asked.before }}
        onRange={onAsked}
      />
    </Group>
  );
}

/** Of what is still there: entries name things by their ids. */
const useNames = (): Names => {
  const { data: members = [] } = useQuery(membersQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: collections = [] } = useQuery(collectionsQuery);
  return new Map([...members, ...teams, ...collections].map(({ id, name }) => [id, name]));
};

function EntryRow({ entry, names }: { readonly entry: AuditEntry; readonly names: Names }) {
  const about = aboutText(entry, names);
  return (
    <li>
      <Face id={entry.actorId} name={actorText(entry)} size={28} />
      <div className="row-main">
        <span className="row-title">
          {actorText(entry)}
          <Code>{entry.action}</Code>
        </span>
        {about !== "" && <span className="row-sub">{about}</span>}
      </div>
      <span className="row-sub tabular">
        {entry.network !== null && `${entry.network} · `}
        <time dateTime={new Date(entry.at).toISOString()} title={fullTime(entry.at)}>
          {date(entry.at)}, {clockTime(entry.at)}
        </time>
      </span>
    </li>
  );
}

export function AuditPage() {
  useTitle("Audit log");
  const names = useNames();
  const asked = useSearch({ from: "/organization/audit" });
  const navigate = useNavigate({ from: "/organization/audit" });
  const log = useInfiniteQuery(auditLogQuery(asked));
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Section
      title="Audit log"
      about="Who signed in, changed rights, or made, shared and deleted something. It has no text of messages."
    >
      <Acts />
      <Filters
        asked={asked}
        onAsked={(change) =>
          void navigate({ search: (last) => ({ ...last, ...change }), replace: true })
        }
      />
      {log.error && !log.data && (
        <ErrorMessage error={log.error} retry={() => void log.refetch()} />
      )}
      {log.isPending && <Skeleton h={280} radius="lg" aria-busy="true" />}
      {log.data && entries.length === 0 && (
        <EmptyState
          icon={<IconListDetails size={36} stroke={1.3} aria-hidden />}
          title="No entries"
        >
          Nothing in the log is of this kind.
        </EmptyState>
      )}
      {entries.length > 0 && (
        <ol className="card rows" aria-label="Entries, newest first">
          {entries.map((entry) => (
            <EntryRow key={entry.seq} entry={entry} names={names} />
          ))}
        </ol>
      )}
      {log.hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="default"
            loading={log.isFetchingNextPage}
            onClick={() => void log.fetchNextPage()}
          >
            Show older entries
          </Button>
        </Group>
      )}
    </Section>
  );
}
