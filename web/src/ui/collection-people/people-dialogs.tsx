// The dialogs that change people: join several, give a name, split names off.
import { Checkbox, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PeopleEdit, Person } from "#services/contract/people.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import { editPeople } from "../../api/people.ts";
import { counted } from "../../shape/words/numbers.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";
import { useRefreshPeople } from "./refresh-people.ts";

interface DialogProps {
  readonly collection: string;
  readonly onClose: () => void;
}

function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {children}
    </Modal>
  );
}

const useEdit = (collection: string, onDone: () => void) => {
  const refresh = useRefreshPeople();
  return useMutation({
    mutationFn: (edit: PeopleEdit) => editPeople(collection, edit),
    onSuccess: async () => {
      await refresh();
      onDone();
    },
  });
};

/** @param people those with most messages first */
export function JoinDialog({
  collection,
  people,
  onClose,
  onDone,
}: DialogProps & { readonly people: readonly Person[]; readonly onDone: () => void }) {
  const edit = useEdit(collection, onDone);
  const [shown, setShown] = useState(people[0]?.shown ?? "");
  return (
    <Dialog title={`Join ${counted(people.length, "person", "people")}?`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          edit.mutate({ kind: "join", people: people.map((one) => one.shown), shown });
        }}
      >
        <Stack gap="md">
          <Text size="sm">
            They are counted and found as one person from now on, also in what is imported later.
            The messages keep the names that they are written under.
          </Text>
          <Radio.Group label="Name to show" value={shown} onChange={setShown}>
            <Stack gap={8} mt={6}>
              {people.map((one, at) => (
                <Radio
                  key={one.shown}
                  value={one.shown}
                  label={one.shown}
                  description={counted(one.messages, "message")}
                  {...(at === 0 ? { "data-autofocus": true } : {})}
                />
              ))}
            </Stack>
          </Radio.Group>
          <FormError error={edit.error} />
          <FormButtons onCancel={onClose} isPending={edit.isPending}>
            Join
          </FormButtons>
        </Stack>
      </form>
    </Dialog>
  );
}

export function RenameDialog({
  collection,
  person,
  onClose,
}: DialogProps & { readonly person: Person }) {
  const refresh = useRefreshPeople();
  const form = useForm({
    initialValues: { shown: person.shown },
    validate: { shown: (shown) => (shown.length > 300 ? "At most 300 characters." : null) },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ shown }) =>
      editPeople(collection, { kind: "rename", person: person.shown, shown: shown.trim() }),
    onDone: async () => {
      await refresh();
      onClose();
    },
    fields: { "name-taken": "shown" },
  });
  return (
    <Dialog title={`What is ${person.shown} called?`} onClose={onClose}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <TextInput
            label="Name to show"
            description="Leave it empty for the name that most of the messages are written under."
            data-autofocus
            {...form.getInputProps("shown")}
          />
          <FormError error={error} />
          <FormButtons onCancel={onClose} isPending={isPending}>
            Save
          </FormButtons>
        </Stack>
      </form>
    </Dialog>
  );
}

export function SplitDialog({
  collection,
  person,
  onClose,
}: DialogProps & { readonly person: Person }) {
  const edit = useEdit(collection, onClose);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { names } = person;
  const isAll = chosen.length === names.length;
  return (
    <Dialog title={`Split ${person.shown}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          edit.mutate({
            kind: "split",
            person: person.shown,
            names: chosen.flatMap((at) => {
              const one = names[Number(at)];
              return one === undefined ? [] : [{ name: one.name, source: one.source }];
            }),
          });
        }}
      >
        <Stack gap="md">
          <Checkbox.Group
            label="Names of somebody else"
            description="Each becomes a person of its own."
            value={[...chosen]}
            onChange={setChosen}
            error={isAll ? "One name has to stay." : null}
          >
            <Stack gap={8} mt={10}>
              {names.map(({ name, source, messages }, at) => (
                <Checkbox
                  key={`${source} ${name}`}
                  value={String(at)}
                  label={name}
                  description={`${sourceLabel(source)} · ${counted(messages, "message")}`}
                  {...(at === 0 ? { "data-autofocus": true } : {})}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <FormError error={edit.error} />
          <FormButtons
            onCancel={onClose}
            isPending={edit.isPending}
            isDisabled={chosen.length === 0 || isAll}
          >
            Split
          </FormButtons>
        </Stack>
      </form>
    </Dialog>
  );
}
