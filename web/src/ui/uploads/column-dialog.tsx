// The dialog that says what the columns of an upload's tables hold, and has the file read with them.
import { Alert, Modal, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Upload } from "#services/contract/uploads.ts";
import type { ColumnMapping, SeenTable } from "#services/domain/columns.ts";
import { chooseColumns, uploadColumnsQuery } from "../../api/columns.ts";
import { ActionError } from "../parts/action-error.tsx";
import { ErrorMessage } from "../parts/error-message.tsx";
import { FormButtons } from "../parts/form-buttons.tsx";
import { ColumnEditor } from "./column-editor.tsx";

export interface ColumnDialogProps {
  readonly upload: Upload;
  readonly onClose: () => void;
}

const nameOf = ({ place, sheet }: SeenTable): string => sheet ?? place;

/** What is chosen of a table, before anybody chose: what was used, or guessed. */
interface Draft {
  readonly table: SeenTable;
  readonly mapping: ColumnMapping;
}

const draftOf = (table: SeenTable, among: number): Draft => ({
  table,
  // Of several sheets only this one is said: the others stay as they are kept or guessed.
  mapping:
    table.sheet === null || among < 2 ? table.mapping : { ...table.mapping, sheet: table.sheet },
});

/** The one that needs it, if it may hold messages; else one that was read. */
const firstOf = (tables: readonly SeenTable[]): number => {
  const refused = tables.findIndex(({ isRead, mapping }) => !isRead && mapping.text.length > 0);
  return Math.max(0, refused >= 0 ? refused : tables.findIndex(({ isRead }) => isRead));
};

function Form({
  upload,
  tables,
  onClose,
}: ColumnDialogProps & { readonly tables: readonly SeenTable[] }) {
  const client = useQueryClient();
  const first = firstOf(tables);
  const [at, setAt] = useState(first);
  const [drafts, setDrafts] = useState<ReadonlyMap<number, Draft>>(new Map());
  const seen = tables[at];
  const draft = drafts.get(at) ?? (seen && draftOf(seen, tables.length));
  const save = useMutation({
    mutationFn: (mapping: ColumnMapping) => chooseColumns(upload.id, mapping),
    onSuccess: () => {
      for (const key of ["uploads", "analysis", "conversations"])
        void client.invalidateQueries({ queryKey: [key, upload.collection] });
      void client.invalidateQueries({ queryKey: ["collections"] });
      client.removeQueries({ queryKey: ["columns", upload.id] });
      onClose();
    },
  });
  if (draft === undefined)
    return <Text size="sm">No table was found in this file, or it was not read yet.</Text>;
  const hasMessages = upload.progress.newMessages + upload.progress.knownMessages > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(draft.mapping);
      }}
    >
      <Stack>
        {tables.length > 1 && (
          <Select
            label={seen?.sheet === null ? "File" : "Sheet"}
            value={String(at)}
            allowDeselect={false}
            data={tables.map((one, nth) => ({
              value: String(nth),
              label: `${nameOf(one)}${one.isRead ? "" : " (not read)"}`,
            }))}
            onChange={(value) => setAt(Number(value))}
          />
        )}
        {seen && seen.reasons.length > 0 && (
          <Text size="sm" c="dimmed">
            {seen.isRead ? "Guessed: " : "Not read: "}
            {seen.reasons.join(" ")}
          </Text>
        )}
        <ColumnEditor
          table={draft.table}
          mapping={draft.mapping}
          onChange={(table, mapping) =>
            setDrafts((known) => new Map(known).set(at, { table, mapping }))
          }
        />
        {hasMessages && (
          <Alert color="yellow" variant="light">
            The file is read again as a new upload. Once the new one has brought messages, what the
            file brought before, as other columns said, is erased.
          </Alert>
        )}
        <Text size="xs" c="dimmed">
          Columns that are not chosen stay in each message's original record. Tables with the same
          headings are read alike in this collection from now on.
        </Text>
        <ActionError error={save.error} />
        <FormButtons
          onCancel={onClose}
          isPending={save.isPending}
          isDisabled={draft.mapping.text.length === 0}
        >
          Read with these columns
        </FormButtons>
      </Stack>
    </form>
  );
}

export function ColumnDialog({ upload, onClose }: ColumnDialogProps) {
  const { data, error, refetch } = useQuery(uploadColumnsQuery(upload.id));
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Columns of “${upload.filename}”`}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {error && !data ? (
        <ErrorMessage error={error} retry={() => void refetch()} />
      ) : data ? (
        <Form upload={upload} tables={data.tables} onClose={onClose} />
      ) : (
        <Stack aria-busy="true">
          <Skeleton h={36} />
          <Skeleton h={180} />
          <Skeleton h={90} />
        </Stack>
      )}
    </Modal>
  );
}
