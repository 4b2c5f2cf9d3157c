// The concepts of a collection: description, examples, number of matches, alerts.
import { Badge, Button, Group, Skeleton, Text } from "@mantine/core";
import { IconBell, IconBulb, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { z } from "zod";
import type { concept } from "#services/contract/concepts.ts";
import { collectionQuery } from "../api/collections.ts";
import { conceptsQuery } from "../api/concepts.ts";
import { counted } from "../shape/words/numbers.ts";
import { useMayEdit } from "../ui/account/may.ts";
import { NoMessages } from "../ui/analysis/no-messages.tsx";
import { ConceptForm } from "../ui/concepts/concept-form.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useListKeys } from "../ui/parts/list-keys.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import "./concepts.css";

type Concept = z.infer<typeof concept>;

function ConceptRow({ collection, of }: { readonly collection: string; readonly of: Concept }) {
  return (
    <Link
      to="/c/$collection/concepts/$concept"
      params={{ collection, concept: of.id }}
      className="concept-row plain-link"
      data-hit
    >
      <span className="concept-main">
        <span className="concept-name">{of.name}</span>
        <span className="concept-query clip">{of.query}</span>
      </span>
      <span className="concept-state">
        {of.unseen > 0 && (
          <Badge size="sm" tt="none">
            {of.unseen} new
          </Badge>
        )}
        {of.watch && (
          <span className="concept-watch">
            <IconBell size={14} stroke={1.7} aria-hidden />
            alerts on
          </span>
        )}
      </span>
      <span className="concept-number tabular">
        {of.up + of.down === 0
          ? "no examples"
          : `${counted(of.up, "example")}, ${counted(of.down, "counterexample")}`}
      </span>
      <span className="concept-number tabular">
        {of.matches === null ? "counting matches" : counted(of.matches, "match", "matches")}
      </span>
    </Link>
  );
}

export function ConceptsPage() {
  const { collection } = useParams({ from: "/c/$collection/concepts" });
  const address = useSearch({ from: "/c/$collection/concepts" });
  const navigate = useNavigate({ from: "/c/$collection/concepts" });
  const { data, error, isPending, refetch } = useQuery(conceptsQuery(collection));
  const { data: here } = useQuery(collectionQuery(collection));
  const mayEdit = useMayEdit(collection);
  useTitle("Concepts");
  useListKeys();
  const open = (query: string | undefined) =>
    void navigate({ search: query === undefined ? {} : { new: query }, replace: true });
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (data?.length === 0 && here?.messages === 0 && here.pending === 0) return <NoMessages />;
  const add = mayEdit && (
    <Button leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />} onClick={() => open("")}>
      New concept
    </Button>
  );
  return (
    <div className="page">
      {isPending && <Skeleton h={200} radius="lg" />}
      {data && data.length === 0 && (
        <EmptyState icon={<IconBulb size={36} stroke={1.3} aria-hidden />} title="No concepts yet">
          <Text size="sm" maw={500} mb={12}>
            A concept is a description plus a few examples and counterexamples. It finds all
            messages that match, counts them over time, and can alert you to new ones.
          </Text>
          {add}
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <>
          <Group justify="space-between" mb={16} gap="sm">
            <Text size="sm" c="dimmed" maw={560}>
              A concept finds all messages that match its description and examples.
            </Text>
            {add}
          </Group>
          <div className="card concept-list">
            {data.map((one) => (
              <ConceptRow key={one.id} collection={collection} of={one} />
            ))}
          </div>
        </>
      )}
      {address.new !== undefined && mayEdit && (
        <ConceptForm collection={collection} query={address.new} onClose={() => open(undefined)} />
      )}
    </div>
  );
}
