// What a manual change has just done to a topic, with a button to undo it.
import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { SavedEdit } from "#services/contract/analysis.ts";
import { undoEdit } from "../../api/analysis.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useRefreshTopics } from "./edit-log.tsx";

export interface EditResultProps {
  readonly collection: string;
  /** The change; undefined where nothing was changed yet. */
  readonly saved: SavedEdit | undefined;
}

export function EditResult({ collection, saved }: EditResultProps) {
  const refresh = useRefreshTopics(collection);
  const [undone, setUndone] = useState<string | undefined>();
  const undo = useMutation({
    mutationFn: (id: string) => undoEdit(collection, id),
    onSuccess: async (_, id) => {
      await refresh();
      setUndone(id);
    },
  });
  const isUndone = saved !== undefined && saved.id === undone;
  const error = undo.variables === saved?.id ? undo.error : null;
  return (
    <div className={saved ? "topic-said" : undefined}>
      <Text size="sm" role="status">
        {saved && (isUndone ? "Undone. The next analysis works without the change." : saved.says)}
      </Text>
      <ActionError error={error} />
      {saved && !isUndone && (
        <Button
          size="compact-xs"
          variant="default"
          loading={undo.isPending}
          onClick={() => undo.mutate(saved.id)}
        >
          Undo
        </Button>
      )}
    </div>
  );
}
