// What a change by hand has just done to a topic, with the way to take it back.
import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { SavedEdit } from "#services/contract/analysis.ts";
import { undoEdit } from "../../api/analysis.ts";
import { describeError } from "../parts/error-message.tsx";
import { useRefreshTopics } from "./edit-log.tsx";

export interface EditResultProps {
  readonly collection: string;
  /** undefined: nothing was changed yet. */
  readonly saved: SavedEdit | undefined;
}

export function EditResult({ collection, saved }: EditResultProps) {
  const refresh = useRefreshTopics(collection);
  const [taken, setTaken] = useState<string | undefined>();
  const undo = useMutation({
    mutationFn: (id: string) => undoEdit(collection, id),
    onSuccess: async (_, id) => {
      await refresh();
      setTaken(id);
    },
  });
  const isTaken = saved !== undefined && saved.id === taken;
  const error = undo.variables === saved?.id ? undo.error : null;
  return (
    <div className={saved ? "topic-said" : undefined}>
      <Text size="sm" role="status">
        {saved && (isTaken ? "Taken back; the next run does without it." : saved.says)}
        {error && ` ${describeError(error).detail}`}
      </Text>
      {saved && !isTaken && (
        <Button
          size="compact-xs"
          variant="default"
          loading={undo.isPending}
          onClick={() => undo.mutate(saved.id)}
        >
          Take back
        </Button>
      )}
    </div>
  );
}
