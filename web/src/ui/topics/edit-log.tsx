// The list of manual changes to topics: what each did, whether it is in effect, and a button to undo it.
import { Badge, Button, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { analysisQuery, editsQuery, ofAnalysis, undoEdit } from "../../api/analysis.ts";
import { ago } from "../../shape/words/times.ts";
import { useMayEdit } from "../account/may.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useNow } from "../parts/now.ts";
import "./edit-log.css";

const states = {
  now: { label: "in effect", says: "Applied at once, and again by every later analysis." },
  next: { label: "with the next analysis", says: "The next analysis applies it." },
  waits: {
    label: "waiting",
    says: "Its topic does not exist at present. The change applies when the topic is found again.",
  },
} as const;

/** Loads everything that shows topics again, after a change or its undoing. */
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
  const mayEdit = useMayEdit(collection);
  const undo = useMutation({
    mutationFn: (id: string) => undoEdit(collection, id),
    onSuccess: refresh,
  });
  if (!data || data.length === 0) return null;
  return (
    <section className="edit-log" aria-label="Manual changes">
      <Title order={2}>Manual changes</Title>
      <Text size="sm" c="dimmed" mb={10}>
        Every later analysis applies them. After an undo, the next analysis works without the
        change.
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
            {mayEdit && (
              <Button
                size="compact-xs"
                variant="default"
                loading={undo.isPending && undo.variables === id}
                aria-label={`Undo: ${says}`}
                onClick={() => undo.mutate(id)}
              >
                Undo
              </Button>
            )}
          </li>
        ))}
      </ol>
      <ActionError error={undo.error} />
    </section>
  );
}
