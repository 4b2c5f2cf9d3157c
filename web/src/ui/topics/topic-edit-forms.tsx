// The dialogs that change a topic by hand: merge, split, hide, move; each says what happens now and with the next analysis.
import { Modal, NumberInput, Select, Stack } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { SavedEdit, Topic, TopicEdit } from "#services/contract/analysis.ts";
import { editTopics, topicsQuery } from "../../api/analysis.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ActionError } from "../parts/action-error.tsx";
import { FormButtons } from "../parts/form-buttons.tsx";
import { useRefreshTopics } from "./edit-log.tsx";

/** Sends a manual change; once it is saved, everything that shows topics is loaded again. */
export const useTopicEdit = (collection: string, onSaved: (saved: SavedEdit) => void) => {
  const refresh = useRefreshTopics(collection);
  return useMutation({
    mutationFn: (edit: TopicEdit) => editTopics(collection, edit),
    onSuccess: async (saved) => {
      await refresh();
      onSaved(saved);
    },
  });
};

interface FormProps {
  readonly title: string;
  /** What happens at once, and what the next analysis does. */
  readonly now: string;
  readonly next: string;
  readonly act: string;
  readonly edit: TopicEdit | undefined;
  readonly collection: string;
  readonly onSaved: (saved: SavedEdit) => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

function EditForm(props: FormProps) {
  const { title, now, next, act, edit, collection, onSaved, onClose, children } = props;
  const save = useTopicEdit(collection, onSaved);
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (edit) save.mutate(edit);
        }}
      >
        <Stack gap="md">
          {children}
          <dl className="edit-says">
            <dt>Now</dt>
            <dd>{now}</dd>
            <dt>Next analysis</dt>
            <dd>{next}</dd>
          </dl>
          <ActionError error={save.error} />
          <FormButtons onCancel={onClose} isPending={save.isPending} isDisabled={!edit}>
            {act}
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}

export interface TopicChoiceProps {
  readonly collection: string;
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (topic: string | null) => void;
  /** Ids of topics that cannot be chosen. */
  readonly without: readonly string[];
  readonly withNone?: boolean;
}

/** A field to choose a leaf topic by its title. */
export function TopicChoice({
  collection,
  label,
  value,
  onChange,
  without,
  withNone,
}: TopicChoiceProps) {
  const { data } = useQuery(topicsQuery(collection));
  const leaves = (data?.topics ?? []).filter((one) => one.leaf && !without.includes(one.id));
  return (
    <Select
      label={label}
      placeholder="Type to find a topic"
      searchable
      data-autofocus
      nothingFoundMessage="No such topic"
      value={value}
      onChange={onChange}
      data={[
        ...(withNone ? [{ value: "none", label: "No topic" }] : []),
        ...leaves.map((one) => ({ value: one.id, label: one.title })),
      ]}
    />
  );
}

export interface TopicFormProps {
  readonly collection: string;
  readonly topic: Topic;
  readonly onSaved: (saved: SavedEdit) => void;
  readonly onClose: () => void;
}

export function MergeForm({ topic, ...rest }: TopicFormProps) {
  const [into, setInto] = useState<string | null>(null);
  const navigate = useNavigate();
  return (
    <EditForm
      {...rest}
      onSaved={(saved) => {
        rest.onSaved(saved);
        // The merged topic's page is empty now, so open the other topic's page.
        if (into !== null)
          void navigate({
            to: "/c/$collection/topics/$topic",
            params: { collection: rest.collection, topic: into },
            replace: true,
          });
      }}
      title={`Merge “${topic.title}” into another topic`}
      act="Merge"
      now="Its messages move to the other topic, and this topic disappears from lists and the map."
      next="Messages similar to either topic go to the merged topic. The history records the merge."
      edit={into === null ? undefined : { kind: "merge", topics: [topic.id], into }}
    >
      <TopicChoice
        collection={rest.collection}
        label="Into"
        value={into}
        onChange={setInto}
        without={[topic.id]}
      />
    </EditForm>
  );
}

export function SplitForm({ topic, ...rest }: TopicFormProps) {
  const [parts, setParts] = useState(2);
  return (
    <EditForm
      {...rest}
      title={`Split “${topic.title}”`}
      act="Split"
      now="Nothing changes yet. An analysis is started that clusters these messages again."
      next="The largest part keeps this topic's title and colour. The other parts become new topics."
      edit={{ kind: "split", topic: topic.id, parts }}
    >
      <NumberInput
        label="Number of parts"
        min={2}
        max={10}
        clampBehavior="strict"
        value={parts}
        data-autofocus
        onChange={(value) => {
          if (typeof value === "number" && value >= 2) setParts(value);
        }}
      />
    </EditForm>
  );
}

export function HideForm({ topic, ...rest }: TopicFormProps) {
  const hide = !topic.hidden;
  return (
    <EditForm
      {...rest}
      title={hide ? `Hide “${topic.title}”` : `Show “${topic.title}” again`}
      act={hide ? "Hide" : "Show again"}
      now={
        hide
          ? "It is left out of lists, figures and the map's labels. Its messages stay and can be searched."
          : "It is shown in lists, figures and on the map again."
      }
      next={hide ? "It stays hidden, also under another title." : "It stays visible."}
      edit={{ kind: "hide", topic: topic.id, hidden: hide }}
    />
  );
}

export interface MoveFormProps extends TopicFormProps {
  readonly chunks: readonly string[];
}

export function MoveForm({ topic, chunks, ...rest }: MoveFormProps) {
  const [to, setTo] = useState<string | null>(null);
  return (
    <EditForm
      {...rest}
      title={`Move ${counted(chunks.length, "message")} to another topic`}
      act="Move"
      now="They belong to the chosen topic at once."
      next="They stay there, and the chosen topic gets similar messages too."
      edit={
        to === null
          ? undefined
          : { kind: "move", chunks: [...chunks], to: to === "none" ? null : to }
      }
    >
      <TopicChoice
        collection={rest.collection}
        label="To"
        value={to}
        onChange={setTo}
        without={[topic.id]}
        withNone
      />
    </EditForm>
  );
}
