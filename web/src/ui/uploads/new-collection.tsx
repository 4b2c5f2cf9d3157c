// A collection that was made for dropped files: where all of them are refused it is not kept, and the person is told why.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { ParlanceError } from "#services/domain/errors.ts";
import { collectionQuery, deleteCollection } from "../../api/collections.ts";
import { ProblemError } from "../../api/plain-request.ts";
import { allTransfers, dropTransfer, onTransfers, type Transfer } from "../../api/transfers.ts";
import { uploadsQuery } from "../../api/uploads.ts";
import { type RefusedFile, refusedFiles } from "../../shape/uploads/refused-files.ts";
import { ActionError } from "../parts/action-error.tsx";
import { describeError } from "../parts/error-message.tsx";

export interface MadeCollection {
  readonly id: string;
  readonly name: string;
  /** How many were dropped. */
  readonly files: number;
}

/** Answers that may be others at the next try: signed out, too slow, too much at once. */
const passing = new Set([401, 408, 429]);

const isFinal = (error: unknown): boolean =>
  error instanceof ParlanceError ||
  (error instanceof ProblemError &&
    error.problem.status < 500 &&
    !passing.has(error.problem.status));

const refusedHere = (one: Transfer): RefusedFile | undefined =>
  one.kind === "failed" && isFinal(one.error)
    ? { name: one.file.name, reason: describeError(one.error).detail }
    : undefined;

interface Props {
  readonly made: MadeCollection;
  /** It is not looked after any more. */
  readonly onEnd: (id: string) => void;
}

export function NewCollection({ made, onEnd }: Props) {
  const { data } = useQuery(uploadsQuery(made.id));
  const transfers = useSyncExternalStore(onTransfers, allTransfers).filter(
    ({ collection }) => collection === made.id,
  );
  const refused = data && {
    files: refusedFiles({
      files: made.files,
      unsent: transfers.map(refusedHere),
      uploads: data,
    }),
  };
  const isKept = refused?.files?.length === 0;
  useEffect(() => {
    if (isKept) onEnd(made.id);
  }, [isKept, onEnd, made.id]);
  if (refused?.files === undefined || isKept) return null;
  return <Refusal made={made} files={refused.files} onEnd={onEnd} />;
}

/** Deletes the collection once it is seen, unless somebody has put something into it by another way. */
function Refusal({ made, files, onEnd }: Props & { readonly files: readonly RefusedFile[] }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mutate, isIdle, isSuccess, error, data } = useMutation({
    mutationFn: async () => {
      const { messages } = await client.fetchQuery({ ...collectionQuery(made.id), staleTime: 0 });
      if (messages > 0) return false;
      await deleteCollection(made.id);
      return true;
    },
    onSuccess: async (isGone) => {
      if (!isGone) return;
      await navigate({ to: "/" });
      client.removeQueries({ queryKey: ["collections", made.id] });
      void client.invalidateQueries({ queryKey: ["collections"] });
    },
  });
  useEffect(() => {
    if (isIdle) mutate();
  }, [isIdle, mutate]);
  const close = () => {
    if (data === true)
      for (const one of allTransfers()) if (one.collection === made.id) dropTransfer(one.key);
    onEnd(made.id);
  };
  return (
    <Modal
      opened={isSuccess || error !== null}
      onClose={close}
      title="Nothing was imported"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        <ul>
          {files.map((one, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have the same name
            <li key={at}>
              <Text size="sm">
                {one.name}: {one.reason}
              </Text>
            </li>
          ))}
        </ul>
        {data === true && (
          <Text size="sm">The new collection “{made.name}” was not kept, as nothing is in it.</Text>
        )}
        <ActionError error={error} />
        <Group justify="flex-end">
          <Button onClick={close}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
