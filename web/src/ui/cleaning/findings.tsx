// The messages in which something was found: kind, masked values, place; a link to each, and the whole list as a file.
import { Anchor, Button, Group, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Finding } from "#services/contract/cleaning.ts";
import { findingReportAddress, findingsQuery } from "../../api/cleaning.ts";
import { placesText } from "../../shape/words/cleaning.ts";
import { date } from "../../shape/words/times.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useDownload } from "../parts/download.ts";

function Row({ of }: { readonly of: Finding }) {
  return (
    <li>
      <div className="row-main">
        <span className="row-title">
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link
                {...props}
                to="/conversation/$conversation"
                params={{ conversation: of.conversation }}
                search={{ at: of.message, kinds: "all" }}
              />
            )}
          >
            {of.title ?? "A conversation without a title"}
          </Anchor>
        </span>
        <span className="row-sub">
          {[of.author, ...(of.at === null ? [] : [date(of.at)]), placesText(of)].join(" · ")}
        </span>
        <span className="row-sub tabular">{of.shown.join("   ")}</span>
      </div>
    </li>
  );
}

function Downloads({ collection }: { readonly collection: string }) {
  const csv = useDownload(findingReportAddress(collection, "csv"));
  const json = useDownload(findingReportAddress(collection, "json"));
  return (
    <>
      <Button component="a" variant="default" size="xs" {...csv.props}>
        Download CSV
      </Button>
      <Button component="a" variant="default" size="xs" {...json.props}>
        Download JSON
      </Button>
      <ActionError error={csv.error ?? json.error} />
    </>
  );
}

export function Findings({ collection }: { readonly collection: string }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(
    findingsQuery(collection),
  );
  const all = data?.pages.flatMap(({ findings }) => findings) ?? [];
  if (error) return <ActionError error={error} retry={() => void refetch()} />;
  if (data !== undefined && all.length === 0)
    return <Text size="sm">No message has anything that is looked for.</Text>;
  return (
    <>
      <ul className="card rows" aria-label="Messages in which something was found">
        {all.map((one) => (
          <Row key={`${one.message} ${one.kind}`} of={one} />
        ))}
      </ul>
      <Group mt={12}>
        {hasNextPage && (
          <Button
            variant="default"
            size="xs"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show more
          </Button>
        )}
        <Downloads collection={collection} />
      </Group>
    </>
  );
}
