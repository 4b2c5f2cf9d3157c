// The page of one concept: ranked messages with examples, threshold, alerts, trend.
import {
  ActionIcon,
  Button,
  Group,
  Menu,
  Modal,
  Skeleton,
  Slider,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconDots } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { z } from "zod";
import type { ConceptHit, concept, conceptPatch } from "#services/contract/concepts.ts";
import {
  conceptHitsQuery,
  conceptQuery,
  conceptsQuery,
  conceptTrendQuery,
  deleteConcept,
  judgeHit,
  patchConcept,
} from "../api/concepts.ts";
import { FigureCard } from "../charts/figure-card.tsx";
import { percent } from "../shape/figures/effects.ts";
import { rowTitle } from "../shape/figures/figure-chart.ts";
import { counted, took } from "../shape/words/numbers.ts";
import { useMayEdit } from "../ui/account/may.ts";
import { ConceptRanking } from "../ui/concepts/concept-ranking.tsx";
import { ConceptWatch } from "../ui/concepts/concept-watch.tsx";
import { MessagesDrawer, type OpenedMessages } from "../ui/messages/messages-drawer.tsx";
import { ActionError } from "../ui/parts/action-error.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useTopicMarks } from "../ui/topics/topic-marks.ts";
import "./concept.css";

type Concept = z.infer<typeof concept>;

/**
 * Changes of a concept: shown at once, and its trend is loaded again. After an example the ranking keeps its order, so that
 * rows do not move while the person clicks; the button “Rank again” loads the new order.
 */
const useConcept = (collection: string, id: string) => {
  const client = useQueryClient();
  const [judged, setJudged] = useState<string | undefined>();
  const hits = conceptHitsQuery(collection, id).queryKey;
  const put = (now: Concept) => {
    client.setQueryData(conceptQuery(collection, id).queryKey, now);
    void client.invalidateQueries({ queryKey: conceptsQuery(collection).queryKey, exact: true });
    void client.invalidateQueries({ queryKey: conceptTrendQuery(collection, id).queryKey });
  };
  const rank = () => {
    setJudged(undefined);
    void client.invalidateQueries({ queryKey: hits });
  };
  const patch = useMutation({
    mutationFn: (body: z.input<typeof conceptPatch>) => patchConcept(collection, id, body),
    onSuccess: (now, body) => {
      put(now);
      if (body.query !== undefined) rank();
    },
  });
  const judge = useMutation({
    mutationFn: (body: { readonly chunk: string; readonly verdict: ConceptHit["verdict"] }) =>
      judgeHit(collection, id, body),
    onSuccess: (now, { chunk, verdict }) => {
      put(now);
      client.setQueryData(
        hits,
        (ranked) =>
          ranked && {
            ...ranked,
            pages: ranked.pages.map((page) => ({
              ...page,
              hits: page.hits.map((hit) => (hit.chunk === chunk ? { ...hit, verdict } : hit)),
            })),
          },
      );
      setJudged(id);
    },
  });
  return { patch, judge, rank, isBehind: judged === id };
};

const trained = (of: Concept): string => {
  if (of.up + of.down === 0)
    return "No examples yet: messages are ranked by the description alone. Mark a few examples and counterexamples.";
  return [
    `${counted(of.up, "example")}, ${counted(of.down, "counterexample")}`,
    ...(of.accuracy === null
      ? ["too few to measure the accuracy"]
      : [`leave-one-out accuracy ${percent(of.accuracy)}`]),
    ...(of.trainedInMs === null ? [] : [`trained in ${took(of.trainedInMs)}`]),
  ].join(" · ");
};

const pause = 250;

function Threshold({
  of,
  onThreshold,
}: {
  readonly of: Concept;
  /** Undefined for those who may only read. */
  readonly onThreshold: ((to: number | null) => void) | undefined;
}) {
  const [held, setHeld] = useState<number | undefined>();
  // The slider keeps the person's value until the server's answer has the same value.
  useEffect(() => {
    setHeld((now) => (now !== undefined && Math.abs(now - of.threshold) < 0.005 ? undefined : now));
  }, [of.threshold]);
  const send = useDebouncedCallback((to: number) => onThreshold?.(to), pause);
  return (
    <section aria-label="Threshold">
      <Title order={3} mb={2}>
        Threshold
      </Title>
      <Text size="sm" c="dimmed" mb={10} role="status" className="tabular">
        {of.matches === null ? "Counting matches" : counted(of.matches, "match", "matches")} with a
        probability of {percent(held ?? of.threshold)} or more
      </Text>
      <Slider
        min={0.01}
        max={0.99}
        step={0.01}
        value={held ?? of.threshold}
        disabled={onThreshold === undefined}
        label={(value) => percent(value)}
        thumbLabel="Lowest probability of a match"
        onChange={(value) => {
          setHeld(value);
          send(value);
        }}
      />
      {of.thresholdBy === "person" && onThreshold && (
        <Button
          size="compact-xs"
          variant="default"
          mt={10}
          onClick={() => {
            setHeld(undefined);
            onThreshold(null);
          }}
        >
          Use the trained threshold
        </Button>
      )}
    </section>
  );
}

function Trend({ collection, id }: { readonly collection: string; readonly id: string }) {
  const marks = useTopicMarks(collection);
  const { data } = useQuery(conceptTrendQuery(collection, id));
  const [table, setTable] = useState(false);
  const [opened, setOpened] = useState<OpenedMessages | undefined>();
  if (!data) return null;
  return (
    <>
      <FigureCard
        figure={data}
        topics={marks}
        asTable={table}
        onTable={setTable}
        height={170}
        onOpen={(row) => {
          const selection = data.selections[row];
          if (selection) setOpened({ title: rowTitle(data, row), selection });
        }}
      />
      <MessagesDrawer
        collection={collection}
        opened={opened}
        onClose={() => setOpened(undefined)}
      />
    </>
  );
}

interface EditDialogProps {
  readonly of: Concept;
  readonly saving: boolean;
  readonly error: unknown;
  readonly onSave: (to: { readonly name: string; readonly query: string }) => void;
  readonly onClose: () => void;
}

function EditDialog({ of, saving, error, onSave, onClose }: EditDialogProps) {
  const [name, setName] = useState(of.name);
  const [query, setQuery] = useState(of.query);
  return (
    <Modal
      opened
      onClose={onClose}
      title="Edit the concept"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave({ name, query });
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Name"
            maxLength={80}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label="Description"
            autosize
            minRows={2}
            maxLength={4000}
            required
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
          <ActionError error={error} />
          <Group justify="flex-end">
            <Button type="submit" loading={saving}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Head({
  collection,
  of,
  patch,
}: {
  readonly collection: string;
  readonly of: Concept;
  readonly patch: ReturnType<typeof useConcept>["patch"];
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [editing, setEditing] = useState(false);
  const mayEdit = useMayEdit(collection);
  const remove = useMutation({
    mutationFn: () => deleteConcept(collection, of.id),
    onSuccess: async () => {
      await navigate({ to: "/c/$collection/concepts", params: { collection } });
      await client.invalidateQueries({ queryKey: conceptsQuery(collection).queryKey });
    },
  });
  return (
    <div className="concept-head">
      <div style={{ minWidth: 0 }}>
        <Link to="/c/$collection/concepts" params={{ collection }} className="text-link concept-up">
          Concepts
        </Link>
        <Title order={2} fz="1.5rem">
          {of.name}
        </Title>
        <Text c="dimmed">{of.query}</Text>
        <Text size="sm" c="dimmed" role="status" className="tabular" mt={4}>
          {trained(of)}
        </Text>
        <ActionError error={remove.error} />
      </div>
      <Group gap="xs" wrap="nowrap">
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => (
            <Link
              {...props}
              to="/c/$collection/trends"
              params={{ collection }}
              search={{ concept: [of.id] }}
            />
          )}
        >
          Trends
        </Button>
        {mayEdit && (
          <Menu position="bottom-end" shadow="md" width={200}>
            <Menu.Target>
              <ActionIcon variant="default" size={30} aria-label="More actions">
                <IconDots size={16} stroke={1.7} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setEditing(true)}>Edit…</Menu.Item>
              <Menu.Item color="red.9" onClick={() => remove.mutate()}>
                Delete with its examples
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {editing && (
        <EditDialog
          of={of}
          saving={patch.isPending}
          error={patch.error}
          onClose={() => setEditing(false)}
          onSave={(to) => patch.mutate(to, { onSuccess: () => setEditing(false) })}
        />
      )}
    </div>
  );
}

export function ConceptPage() {
  const { collection, concept: id } = useParams({ from: "/c/$collection/concepts/$concept" });
  const { data: of, error, isPending, refetch } = useQuery(conceptQuery(collection, id));
  const { patch, judge, rank, isBehind } = useConcept(collection, id);
  const mayEdit = useMayEdit(collection);
  useTitle(of?.name);
  if (error && !of) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (isPending)
    return (
      <div className="page" aria-busy="true">
        <Skeleton h={28} w={300} mb={14} />
        <Skeleton h={420} radius="lg" />
      </div>
    );
  return (
    <div className="page arrive">
      <Head collection={collection} of={of} patch={patch} />
      <ActionError error={patch.error ?? judge.error} />
      <div className="concept-columns">
        <div style={{ minWidth: 0 }}>
          <ConceptRanking
            collection={collection}
            of={of}
            isBehind={isBehind}
            onRank={rank}
            onJudge={mayEdit ? ({ chunk }, verdict) => judge.mutate({ chunk, verdict }) : undefined}
          />
        </div>
        <aside className="concept-side" aria-label="About this concept">
          <Threshold
            key={of.id}
            of={of}
            onThreshold={mayEdit ? (threshold) => patch.mutate({ threshold }) : undefined}
          />
          {mayEdit && (
            <ConceptWatch
              key={of.webhook ?? ""}
              collection={collection}
              concept={of}
              onPatch={(body) => patch.mutateAsync(body)}
            />
          )}
          <Trend collection={collection} id={id} />
        </aside>
      </div>
    </div>
  );
}
