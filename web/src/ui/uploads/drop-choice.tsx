// The dialog that asks for the collection of dropped files: an existing one or a new one.
import { Modal, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { collectionsQuery } from "../../api/collections.ts";
import { proposedName } from "../../shape/words/collection-name.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ModelChoice } from "../models/model-choice.tsx";
import { ActionError } from "../parts/action-error.tsx";
import { FormButtons } from "../parts/form-buttons.tsx";
import { InspectFirst } from "./inspect-first.tsx";

export interface DropChoiceProps {
  readonly files: readonly File[];
  readonly onChosen: (
    where: { readonly id: string } | { readonly name: string; readonly model?: string },
  ) => void;
  readonly onClose: () => void;
  readonly busy: boolean;
  readonly error: unknown;
}

export function DropChoice({ files, onChosen, onClose, busy, error }: DropChoiceProps) {
  const { data = [] } = useQuery(collectionsQuery);
  const collections = data.filter(({ level }) => level !== "read");
  const [kind, setKind] = useState<"new" | "known">(collections.length > 0 ? "known" : "new");
  const [name, setName] = useState(() => proposedName(files));
  const [id, setId] = useState<string | null>(collections[0]?.id ?? null);
  const [model, setModel] = useState<string | null>(null);
  const ready = kind === "new" ? name.trim() !== "" : id !== null;
  const choose = () => {
    if (kind === "new") onChosen({ name: name.trim(), ...(model === null ? {} : { model }) });
    else if (id !== null) onChosen({ id });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Import ${files.length === 1 ? `“${files[0]?.name ?? ""}”` : counted(files.length, "file")}`}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) choose();
        }}
      >
        <Stack>
          {collections.length > 0 && (
            <SegmentedControl
              aria-label="Existing or new collection"
              value={kind}
              onChange={setKind}
              data={[
                { value: "known", label: "Existing collection" },
                { value: "new", label: "New collection" },
              ]}
            />
          )}
          {kind === "known" ? (
            <Select
              label="Collection"
              data-autofocus
              value={id}
              onChange={setId}
              allowDeselect={false}
              searchable={collections.length > 8}
              data={collections.map((one) => ({ value: one.id, label: one.name }))}
            />
          ) : (
            <>
              <TextInput
                label="Name of the new collection"
                value={name}
                maxLength={120}
                data-autofocus
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <ModelChoice value={model} onChange={setModel} />
            </>
          )}
          <InspectFirst into={kind === "known" ? (id ?? undefined) : undefined} />
          <ActionError error={error} />
          <FormButtons onCancel={onClose} isPending={busy} isDisabled={!ready}>
            Import
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
