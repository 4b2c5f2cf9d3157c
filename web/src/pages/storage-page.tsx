// What takes room on the server, by organization and collection; copies from before upgrades; given-up jobs of all organizations.
import { Skeleton, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type {
  StorageReport,
  StoredCollection,
  StoredOrganization,
} from "#services/contract/server.ts";
import { size } from "#services/domain/size.ts";
import { storageQuery } from "../api/server.ts";
import { count } from "../shape/words/numbers.ts";
import { date } from "../shape/words/times.ts";
import { GivenUpAnywhere } from "../ui/jobs/given-up-anywhere.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { FoldTable, NumberCells } from "../ui/parts/fold-table.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import { Stat } from "../ui/parts/stat.tsx";
import "./server.css";
import "./status.css";

function Disk({ report }: { readonly report: StorageReport }) {
  const { disk, parts } = report;
  const shown: readonly (readonly [label: string, bytes: number | null])[] = [
    ["free", disk.freeBytes],
    ["kept free", disk.reserveBytes],
    ["database", parts.database],
    ["files", parts.files],
    ["indexes", parts.indexes],
    // What most servers have none of is told where there is some.
    ...(
      [
        ["copies of files", parts.copies],
        ["downloaded models", parts.models],
        ["copies from before upgrades", parts.backups],
      ] as const
    ).filter(([, bytes]) => bytes > 0),
  ];
  return (
    <div className="card storage-numbers">
      {shown.map(([label, bytes]) => (
        <Stat key={label} value={bytes === null ? "in a bucket" : size(bytes)} label={label} />
      ))}
    </div>
  );
}

const columns = ["Messages", "Files", "Uploaded", "Index"];

function Cells({
  of,
}: {
  readonly of: Pick<StoredCollection, "messages" | "files" | "fileBytes" | "indexBytes">;
}) {
  return (
    <NumberCells
      columns={columns}
      values={[
        count(of.messages),
        count(of.files),
        size(of.fileBytes),
        of.indexBytes === null ? "–" : size(of.indexBytes),
      ]}
    />
  );
}

function CollectionRow({ of }: { readonly of: StoredCollection }) {
  return (
    <Table.Tr className="storage-collection">
      <Table.Th scope="row">
        {of.name ?? of.id}
        {of.isErasing && (
          <Text size="xs" c="dimmed">
            being deleted: its room will be free
          </Text>
        )}
      </Table.Th>
      <Cells of={of} />
    </Table.Tr>
  );
}

function OrganizationRows({ of }: { readonly of: StoredOrganization }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Table.Tr>
        <Table.Th scope="row">
          {of.collections.length === 0 ? (
            of.name
          ) : (
            <UnstyledButton
              className="storage-open"
              aria-expanded={isOpen}
              onClick={() => setIsOpen(!isOpen)}
            >
              <IconChevronRight size={15} stroke={1.8} aria-hidden />
              {of.name}
            </UnstyledButton>
          )}
        </Table.Th>
        <Cells of={of} />
      </Table.Tr>
      {isOpen && of.collections.map((one) => <CollectionRow key={one.id} of={one} />)}
    </>
  );
}

function Organizations({ organizations }: Pick<StorageReport, "organizations">) {
  if (organizations.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing is stored yet.
      </Text>
    );
  return (
    <FoldTable label="Stored by organization" rows="Organization" columns={columns}>
      {organizations.map((one) => (
        <OrganizationRows key={one.id} of={one} />
      ))}
    </FoldTable>
  );
}

function Backups({ backups }: Pick<StorageReport, "backups">) {
  if (backups.length === 0) return null;
  return (
    <Section
      title="Copies from before upgrades"
      about="Of the database, in the home's folder “backups”. Delete those that you no longer need there; `parlance backup` writes backups elsewhere, of which the server knows nothing."
    >
      <ul className="card rows" aria-label="Copies from before upgrades">
        {backups.map(({ name, bytes, at }) => (
          <li key={name}>
            <span className="row-main">{name}</span>
            <span className="row-sub tabular">
              {size(bytes)}, {date(at)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function StoragePage() {
  useTitle("Storage");
  const { data, error, refetch } = useQuery(storageQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Stack gap={44}>
      <Section
        title="Storage"
        about="What this server keeps. Imports and analyses wait while less is free than is kept free. Old versions of an index go after PARLANCE_KEEP_VERSIONS days."
      >
        {data === undefined ? (
          <Skeleton h={110} radius="lg" aria-busy="true" />
        ) : (
          <Disk report={data} />
        )}
      </Section>
      <Section
        title="By organization"
        about="Uploaded: the files as they came; they are kept packed. Index: with all versions and analyses. Only collections that you may open are named."
      >
        {data === undefined ? (
          <Skeleton h={150} radius="lg" aria-busy="true" />
        ) : (
          <Organizations organizations={data.organizations} />
        )}
      </Section>
      {data !== undefined && <Backups backups={data.backups} />}
      <Section
        title="Given-up jobs"
        about="Of all organizations. They wait for somebody to try them again."
      >
        <GivenUpAnywhere />
      </Section>
    </Stack>
  );
}
