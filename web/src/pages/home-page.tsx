// The home page: search over all collections, the list of collections, import, supported formats.
import { Button, Group, Skeleton, Text, TextInput, Title, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconInbox, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Collection } from "#services/contract/collections.ts";
import { collectionsQuery } from "../api/collections.ts";
import { formatsQuery } from "../api/system.ts";
import { healthTitle } from "../shape/words/health.ts";
import { counted, shortCount } from "../shape/words/numbers.ts";
import { spanOfTime } from "../shape/words/times.ts";
import { useMayImport } from "../ui/account/may.ts";
import { useSession } from "../ui/account/use-session.ts";
import { FormatFamilies } from "../ui/formats/format-families.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { SourceBadge } from "../ui/parts/source-badge.tsx";
import { Stat } from "../ui/parts/stat.tsx";
import { DropField } from "../ui/uploads/drop-field.tsx";
import "./home.css";

/** Where conversations are kept, as whoever reads it would call it. */
const usePlace = () =>
  useSession().kind === "signed-in" ? ("this server" as const) : ("this machine" as const);

/** Nothing for those who may not import. */
function Formats() {
  const { data } = useQuery(formatsQuery);
  const place = usePlace();
  const mayImport = useMayImport();
  if (!mayImport) return null;
  return (
    <section className="home-formats">
      <Title order={2}>Supported formats</Title>
      <Text size="sm" c="dimmed" mt={4}>
        Branches, replies, times and the original file are kept. No data leaves {place}. Each name
        opens a page: how to get the export, what is kept of it, and what cannot be.
      </Text>
      <FormatFamilies formats={data ?? []} level={3} />
    </section>
  );
}

const spanText = ({ messages, firstAt, lastAt }: Collection): string => {
  if (messages === 0) return "Empty";
  return firstAt !== null && lastAt !== null ? spanOfTime(firstAt, lastAt) : "Undated";
};

function CollectionCard({ collection }: { readonly collection: Collection }) {
  const { id } = collection;
  return (
    <Link to="/c/$collection" params={{ collection: id }} className="card home-card">
      <span>
        <Title order={3} className="clip">
          {collection.name}
        </Title>
        <Text size="xs" c="dimmed">
          {spanText(collection)}
          {collection.pending > 0 && ` · ${counted(collection.pending, "passage")} being indexed`}
        </Text>
        {collection.health !== undefined && collection.health.state !== "ok" && (
          <Text size="xs" className="home-health">
            <IconAlertTriangle size={14} stroke={1.7} aria-hidden />
            {[
              healthTitle(collection.health.state),
              ...collection.health.reasons.map((one) => one.message),
            ].join(". ")}
          </Text>
        )}
      </span>
      <Group gap={6}>
        {collection.sources.map((one) => (
          <SourceBadge key={one.source} source={one.source} />
        ))}
      </Group>
      <span className="home-figures">
        <Stat value={shortCount(collection.conversations)} label="conversations" />
        <Stat value={shortCount(collection.messages)} label="messages" />
        {collection.version !== null && (
          <Stat value={String(collection.version)} label="newest version" />
        )}
      </span>
    </Link>
  );
}

function SearchEverywhere() {
  const navigate = useNavigate();
  const [q, setQ] = useState("");
  return (
    <search>
      <form
        className="home-search"
        onSubmit={(event) => {
          event.preventDefault();
          void navigate({ to: "/search", search: q.trim() === "" ? {} : { q: q.trim() } });
        }}
      >
        <TextInput
          flex={1}
          size="md"
          radius="md"
          value={q}
          data-search-field
          aria-label="Search all collections"
          placeholder="A question, or words"
          leftSection={<IconSearch size={18} stroke={1.7} aria-hidden />}
          onChange={(event) => setQ(event.currentTarget.value)}
        />
        <Button type="submit" size="md" radius="md">
          Search
        </Button>
      </form>
    </search>
  );
}

export function HomePage() {
  useTitle();
  const { data, error, isPending, refetch } = useQuery(collectionsQuery);
  const place = usePlace();
  const mayImport = useMayImport();
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (isPending)
    return (
      <div className="page home" aria-busy="true">
        <VisuallyHidden component="h1">Collections</VisuallyHidden>
        <Skeleton h={44} w={320} mb={28} />
        <div className="home-cards">
          {[0, 1, 2].map((key) => (
            <Skeleton key={key} h={148} radius="lg" />
          ))}
        </div>
      </div>
    );
  if (data.length === 0 && !mayImport)
    return (
      <EmptyState
        icon={<IconInbox size={36} stroke={1.3} aria-hidden />}
        title="Nothing is shared with you yet"
      >
        Collections that others share with you, or with everybody, appear here.
      </EmptyState>
    );
  if (data.length === 0)
    return (
      <div className="page home arrive">
        <div className="home-hero">
          <h1>Search and analyse your conversations</h1>
          <p>
            Parlance imports chat exports without loss, keeps them on {place}, searches them by
            meaning and by words, and finds their topics.
          </p>
        </div>
        <DropField large />
        <Formats />
      </div>
    );
  return (
    <div className="page home arrive">
      <Title order={1} fz={{ base: "1.625rem", sm: "2rem" }} mt={8}>
        Search all collections
      </Title>
      <Text size="sm" c="dimmed" mt={4} mb={12}>
        Parlance keeps chat exports on {place}, searches them by meaning and by words, and finds
        their topics.
      </Text>
      <SearchEverywhere />
      <Group justify="space-between" mb={12}>
        <Title order={2}>Collections</Title>
      </Group>
      <div className="home-cards">
        {data.map((collection) => (
          <CollectionCard key={collection.id} collection={collection} />
        ))}
      </div>
      <div style={{ marginTop: 14 }}>
        <DropField />
      </div>
      <Formats />
    </div>
  );
}
