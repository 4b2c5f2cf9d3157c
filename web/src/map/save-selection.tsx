// Buttons to save a selection as a label, or to create a concept from it.
import { Button, Group, Popover, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconBulb, IconTag } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Selection } from "#services/contract/selection.ts";
import { conceptFrom } from "../api/map.ts";
import { labelsQuery, saveLabel } from "../api/selected.ts";
import { counted } from "../shape/words/numbers.ts";
import { useMayEdit } from "../ui/account/may.ts";
import { ActionError } from "../ui/parts/action-error.tsx";

export interface SaveSelectionProps {
  readonly collection: string;
  readonly selection: Selection;
  /** The proposed name: the selection in words, or its largest topic. */
  readonly proposal: string;
}

interface FormButtonProps {
  readonly button: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

function FormButton({ button, icon, children }: FormButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-start"
      width={300}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={icon}
          onClick={() => setOpen(!open)}
        >
          {button}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{children}</Popover.Dropdown>
    </Popover>
  );
}

function LabelForm({ collection, selection, proposal }: SaveSelectionProps) {
  const client = useQueryClient();
  const [name, setName] = useState(proposal);
  const save = useMutation({
    mutationFn: () => saveLabel(collection, { name: name.trim(), selection }),
    onSuccess: () => client.invalidateQueries({ queryKey: labelsQuery(collection).queryKey }),
  });
  if (save.data)
    return (
      <Text size="sm" role="status">
        Saved as “{save.data.name}”, with {counted(save.data.chunks, "passage")}.
      </Text>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="xs">
        <TextInput
          label="Name of the label"
          maxLength={80}
          data-autofocus
          value={name}
          // Selects the proposed name, so that typing replaces it.
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ActionError error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" size="xs" loading={save.isPending} disabled={name.trim() === ""}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ConceptForm({ collection, selection, proposal }: SaveSelectionProps) {
  const client = useQueryClient();
  const [name, setName] = useState(proposal);
  const [query, setQuery] = useState("");
  const make = useMutation({
    mutationFn: () =>
      conceptFrom(collection, { name: name.trim(), query: query.trim() || name.trim(), selection }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["concepts", collection] }),
  });
  if (make.data)
    return (
      <Text size="sm" role="status">
        Created “{make.data.name}” with {counted(make.data.up, "example")}.{" "}
        <Link
          to="/c/$collection/concepts/$concept"
          params={{ collection, concept: make.data.id }}
          className="text-link"
        >
          Open the concept
        </Link>
      </Text>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack gap="xs">
        <TextInput
          label="Name of the concept"
          maxLength={80}
          data-autofocus
          value={name}
          // Selects the proposed name, so that typing replaces it.
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          description="A sentence or two; the name is used if it is empty. The most typical messages of the selection become examples."
          maxLength={4000}
          autosize
          minRows={2}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
        <ActionError error={make.error} />
        <Group justify="flex-end">
          <Button type="submit" size="xs" loading={make.isPending} disabled={name.trim() === ""}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const icon = { size: 14, stroke: 1.8, "aria-hidden": true } as const;

/** Nothing for those who may only read. */
export function SaveSelection(props: SaveSelectionProps) {
  const mayEdit = useMayEdit(props.collection);
  if (!mayEdit) return null;
  return (
    <>
      <FormButton button="Save as label" icon={<IconTag {...icon} />}>
        <LabelForm {...props} />
      </FormButton>
      <FormButton button="Create a concept" icon={<IconBulb {...icon} />}>
        <ConceptForm {...props} />
      </FormButton>
    </>
  );
}
