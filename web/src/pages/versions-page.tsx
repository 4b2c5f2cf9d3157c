// The versions of a collection: passages added and removed by each, its size, its tags, and the link to search it.
import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Skeleton,
  Stack,
  Table,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconHistory, IconX } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { Version } from "#services/contract/collections.ts";
import { size } from "#services/domain/size.ts";
import { removeTag, versionsQuery } from "../api/collections.ts";
import { count } from "../shape/words/numbers.ts";
import { ago, fullTime } from "../shape/words/times.ts";
import { useMayEdit } from "../ui/account/may.ts";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { describeError, ErrorMessage } from "../ui/parts/error-message.tsx";
import { useNow } from "../ui/parts/now.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { ScrollBox } from "../ui/parts/scroll-box.tsx";

interface TagProps {
  readonly collection: string;
  readonly version: number;
  readonly tag: string;
}

/** A tag, with a button that removes it. */
function Tag({ collection, version, tag }: TagProps) {
  const client = useQueryClient();
  const mayEdit = useMayEdit(collection);
  const remove = useMutation({
    mutationFn: () => removeTag(collection, version, tag),
    onSuccess: () => client.invalidateQueries({ queryKey: versionsQuery(collection).queryKey }),
  });
  return (
    <Group gap={2} wrap="nowrap">
      <Badge size="sm" variant="light" tt="none">
        {tag}
      </Badge>
      {mayEdit && (
        <Tooltip
          label="Remove the tag. The version is then kept for as long as versions without a tag are"
          openDelay={400}
          multiline
          w={260}
        >
          <ActionIcon
            size={24}
            variant="subtle"
            color="gray"
            aria-label={`Remove the tag ${tag}`}
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            <IconX size={13} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      {remove.error && (
        <Text size="xs" role="alert">
          {describeError(remove.error).detail}
        </Text>
      )}
    </Group>
  );
}

interface RowProps {
  readonly version: Version;
  readonly collection: string;
  readonly now: number;
}

function VersionRow({ version, collection, now }: RowProps) {
  return (
    <Table.Tr>
      <Table.Td>
        <Link
          to="/c/$collection/search"
          params={{ collection }}
          search={{ v: version.number }}
          className="text-link tabular"
        >
          {version.number}
        </Link>
      </Table.Td>
      <Table.Td>
        <Group gap={6}>
          <Text size="sm">{version.message}</Text>
          {version.tags.map((tag) => (
            <Tag key={tag} collection={collection} version={version.number} tag={tag} />
          ))}
        </Group>
        <Text size="xs" c="dimmed" ff="monospace">
          {version.id.slice(0, 10)}
        </Text>
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <time dateTime={new Date(version.at).toISOString()} title={fullTime(version.at)}>
          {ago(version.at, now)}
        </time>
      </Table.Td>
      <Table.Td ta="right">
        {version.added > 0 && `+${count(version.added)}`}
        {version.added === 0 && version.removed === 0 && "0"}
        {version.removed > 0 && (
          <>
            {" "}
            <span className="dim">−{count(version.removed)}</span>
          </>
        )}
      </Table.Td>
      <Table.Td ta="right">{count(version.rows)}</Table.Td>
      <Table.Td ta="right">{size(version.bytes)}</Table.Td>
    </Table.Tr>
  );
}

export function VersionsPage() {
  const { collection } = useParams({ from: "/c/$collection/versions" });
  const now = useNow();
  useTitle("Versions");
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useInfiniteQuery(versionsQuery(collection));
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  const versions = data?.pages.flatMap((page) => page.versions) ?? [];
  if (!isPending && versions.length === 0)
    return (
      <EmptyState icon={<IconHistory size={36} stroke={1.3} aria-hidden />} title="No version yet">
        The first version is made a few seconds after the first upload.
      </EmptyState>
    );
  return (
    <div className="page">
      <Text size="sm" c="dimmed" mb={16} maw={720}>
        Every change of the index makes a new version. Of old ones the last of each hour, and those
        that were the newest for two minutes, are kept for a day and the last of each day for a
        week, unless the server keeps more or fewer; those with a tag or a kept analysis stay. Click
        a number to search that version. A passage is a message, short messages in a row, a part of
        a long message, or an exchange.
      </Text>
      {isPending ? (
        <Stack gap={10} aria-busy="true">
          {[0, 1, 2, 3].map((key) => (
            <Skeleton key={key} h={44} />
          ))}
        </Stack>
      ) : (
        <div className="card">
          <ScrollBox label="Versions" minWidth={760}>
            <Table verticalSpacing={9} horizontalSpacing="md" className="tabular" fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Version</Table.Th>
                  <Table.Th>What changed</Table.Th>
                  <Table.Th>Time</Table.Th>
                  <Table.Th ta="right">Passages added</Table.Th>
                  <Table.Th ta="right">Passages in total</Table.Th>
                  <Table.Th ta="right">Size</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {versions.map((version) => (
                  <VersionRow
                    key={version.id}
                    version={version}
                    collection={collection}
                    now={now}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </ScrollBox>
        </div>
      )}
      {hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show older versions
          </Button>
        </Group>
      )}
    </div>
  );
}
