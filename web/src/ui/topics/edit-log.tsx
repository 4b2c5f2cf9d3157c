// What people changed about the topics by hand: what it did, when it counts, and the way to take it back.
import { Badge, Button, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { analysisQuery, editsQuery, ofAnalysis, undoEdit } from "../../api/analysis.ts";
import { ago } from "../../shape/words/times.ts";
import { describeError } from "../parts/error-message.tsx";
import { useNow } from "../parts/now.ts";
import "./edit-log.css";

const states = {
  now: { label: "done", says: "Seen everywhere at once, and kept by every later run." },
  next: { label: "with the next run", says: "Asked for; the next run carries it out." },
  waits: {
    label: "waits",
    says: "Its topic is not there at present; it counts again when it is back.",
  },
} as const;

/** After an edit or its undoing, everything that shows topics is asked for again. */
export const useRefreshTopics = (collection: string) => {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ofAnalysis(collection) }),
      client.invalidateQueries({ queryKey: analysisQuery(collection).queryKey }),
    ]);
};

export function EditLog({ collection }: { readonly collection: string }) {
  const now = useNow();
  const refresh = useRefreshTopics(collection);
  const { data } = useQuery(editsQuery(collection));
  const undo = useMutation({
    mutationFn: (id: string) => undoEdit(collection, id),
    onSuccess: refresh,
  });
  if (!data || data.length === 0) return null;
  return (
    <section className="edit-log" aria-label="Changes by hand">
      <Title order={2}>Changes by hand</Title>
      <Text size="sm" c="dimmed" mb={10}>
        Every later run respects them. Taking one back makes the next run do without it.
      </Text>
      <ol className="card edit-list">
        {data.map(({ id, at, says, state }) => (
          <li key={id}>
            <span>{says}</span>
            <Badge
              variant="light"
              color={state === "now" ? "gray" : "yellow"}
              tt="none"
              c="var(--mantine-color-text)"
              title={states[state].says}
            >
              {states[state].label}
            </Badge>
            <span className="dim tabular">{ago(at, now)}</span>
            <Button
              size="compact-xs"
              variant="default"
              loading={undo.isPending && undo.variables === id}
              aria-label={`Take back: ${says}`}
              onClick={() => undo.mutate(id)}
            >
              Take back
            </Button>
          </li>
        ))}
      </ol>
      {undo.error && (
        <Text size="sm" role="alert">
          {describeError(undo.error).detail}
        </Text>
      )}
    </section>
  );
}
