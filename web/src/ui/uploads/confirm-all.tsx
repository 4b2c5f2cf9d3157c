// Where several files wait to be imported: one button for all of them.
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Upload } from "#services/contract/uploads.ts";
import { confirmUpload } from "../../api/uploads.ts";
import { count, counted } from "../../shape/words/numbers.ts";
import { ActionError } from "../parts/action-error.tsx";

export interface ConfirmAllProps {
  readonly collection: string;
  readonly uploads: readonly Upload[];
}

/** Nothing for fewer than two: each has a button of its own. */
export function ConfirmAll({ collection, uploads }: ConfirmAllProps) {
  const client = useQueryClient();
  const waiting = uploads.filter(({ state }) => state === "unconfirmed");
  const confirm = useMutation({
    mutationFn: async () => {
      // The oldest first, as they were sent.
      for (const one of waiting.toReversed()) await confirmUpload(one);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["uploads", collection] }),
  });
  if (waiting.length < 2) return null;
  return (
    <div className="card upload">
      <Group justify="space-between" gap="xs">
        <Text size="sm" flex="1 1 220px">
          {counted(waiting.length, "file")} wait to be imported. Each is compared with the
          collection, not with the other files.
        </Text>
        <Button size="sm" loading={confirm.isPending} onClick={() => confirm.mutate()}>
          Import all {count(waiting.length)}
        </Button>
      </Group>
      <ActionError error={confirm.error} />
    </div>
  );
}
