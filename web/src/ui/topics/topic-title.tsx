// A topic's title with a form to rename it: Enter saves the new title, Esc cancels.
import {
  ActionIcon,
  Button,
  Group,
  TextInput,
  Title,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import type { SavedEdit, Topic } from "#services/contract/analysis.ts";
import { useMayEdit } from "../account/may.ts";
import { describeError } from "../parts/error-message.tsx";
import { useTopicEdit } from "./topic-edit-forms.tsx";
import { TopicDot } from "./topic-tag.tsx";

export interface TopicTitleProps {
  readonly collection: string;
  readonly topic: Topic;
  readonly onSaved: (saved: SavedEdit) => void;
}

export function TopicTitle({ collection, topic, onSaved }: TopicTitleProps) {
  const [typed, setTyped] = useState<string | undefined>();
  const mayEdit = useMayEdit(collection);
  const rename = useTopicEdit(collection, (saved) => {
    setTyped(undefined);
    onSaved(saved);
  });
  if (typed === undefined)
    return (
      <div className="topic-title">
        {topic.leaf && <TopicDot colour={topic.colour} />}
        <Title order={2} fz="1.5rem">
          {topic.title}
        </Title>
        {mayEdit && (
          <Tooltip label="Rename (R)" openDelay={400}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={30}
              aria-label="Rename this topic"
              data-rename
              onClick={() => setTyped(topic.title)}
            >
              <IconPencil size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    );
  return (
    <form
      className="topic-rename"
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate({ kind: "rename", topic: topic.id, title: typed.trim() });
      }}
    >
      <VisuallyHidden component="h2">{topic.title}</VisuallyHidden>
      <Group gap="xs" align="flex-start">
        <TextInput
          flex={{ base: "1 1 100%", sm: "1 1 260px" }}
          maw={560}
          size="md"
          autoFocus
          maxLength={80}
          aria-label="Title of the topic"
          description="Shown everywhere at once and kept by later analyses. Leave it empty to restore the generated title."
          inputWrapperOrder={["input", "description", "error"]}
          value={typed}
          error={rename.error ? describeError(rename.error).detail : undefined}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            setTyped(undefined);
          }}
        />
        <Button type="submit" size="md" loading={rename.isPending}>
          Save
        </Button>
        <Button size="md" variant="default" onClick={() => setTyped(undefined)}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}
