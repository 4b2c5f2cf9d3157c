// The last changes of the people in a collection, each with a button to undo it.
import { Button, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { SavedPeopleEdit } from "#services/contract/people.ts";
import { undoPeopleEdit } from "../../api/people.ts";
import { ago } from "../../shape/words/times.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useNow } from "../parts/now.ts";
import "../topics/edit-log.css";
import { useRefreshPeople } from "./refresh-people.ts";

export interface PeopleEditsProps {
  readonly collection: string;
  readonly edits: readonly SavedPeopleEdit[];
  readonly mayEdit: boolean;
}

export function PeopleEdits({ collection, edits, mayEdit }: PeopleEditsProps) {
  const now = useNow();
  const refresh = useRefreshPeople();
  const undo = useMutation({
    mutationFn: (id: string) => undoPeopleEdit(collection, id),
    onSettled: refresh,
  });
  if (edits.length === 0) return null;
  return (
    <section className="edit-log" aria-label="Manual changes">
      <Title order={2} mb={10}>
        Manual changes
      </Title>
      <ol className="card edit-list">
        {edits.map(({ id, at, says }) => (
          <li key={id}>
            <span>{says}</span>
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
