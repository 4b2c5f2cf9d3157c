// The dialog that merges a conversation with another one: likely ones, a search by title, and what merging would do.
import { Button, Loader, Modal, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconArrowsExchange, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ConversationSummary } from "#services/contract/conversations.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import { conversationsQuery } from "../../api/collections.ts";
import { mergeNow, mergePreviewQuery, mergeSuggestionsQuery } from "../../api/merges.ts";
import { count, counted } from "../../shape/words/numbers.ts";
import { spanOfTime } from "../../shape/words/times.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useTyped } from "../parts/typed.ts";
import { MergePreviewList } from "./merge-preview.tsx";
import "./merge.css";

const SHOWN = 8;

const spanOf = ({ firstAt, lastAt }: ConversationSummary): string =>
  firstAt === null || lastAt === null ? "" : ` · ${spanOfTime(firstAt, lastAt)}`;

interface ChoiceProps {
  readonly of: ConversationSummary;
  readonly note?: string | undefined;
  readonly onChoose: (chosen: ConversationSummary) => void;
}

function Choice({ of, note, onChoose }: ChoiceProps) {
  return (
    <UnstyledButton className="merge-choice" onClick={() => onChoose(of)}>
      <span className="merge-choice-title clip">{of.title ?? of.channel ?? "Untitled"}</span>
      <Text component="span" size="xs" c="dimmed" className="tabular">
        {sourceLabel(of.source)} · {counted(of.messages, "message")}
        {spanOf(of)}
        {note !== undefined && ` · ${note}`}
      </Text>
    </UnstyledButton>
  );
}

interface ChoosingProps {
  readonly conversation: ConversationSummary;
  readonly onChoose: ChoiceProps["onChoose"];
}

function Suggested({ conversation, onChoose }: ChoosingProps) {
  const { data, error, isPending } = useQuery(
    mergeSuggestionsQuery(conversation.collection, conversation.id),
  );
  if (error) return <FormError error={error} />;
  if (isPending) return <Loader size="sm" aria-label="Looking for the same messages elsewhere" />;
  if (data.suggestions.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No other conversation of that time has its longer messages.
      </Text>
    );
  return (
    <div className="merge-choices">
      {data.suggestions.map((one) => (
        <Choice
          key={one.conversation.id}
          of={one.conversation}
          note={`${count(one.shared)} of ${count(one.of)} longer messages found there`}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

function Found({ conversation, title, onChoose }: ChoosingProps & { readonly title: string }) {
  const { data, error } = useInfiniteQuery(
    conversationsQuery(conversation.collection, { limit: SHOWN + 1, title }),
  );
  const rows = (data?.pages[0]?.conversations ?? []).filter(
    (one) => one.id !== conversation.id && !one.tree,
  );
  if (error) return <FormError error={error} />;
  if (data !== undefined && rows.length === 0)
    return (
      <Text size="sm" c="dimmed" role="status">
        No other conversation without branches has this in its title.
      </Text>
    );
  return (
    <div className="merge-choices">
      {rows.slice(0, SHOWN).map((one) => (
        <Choice key={one.id} of={one} onChoose={onChoose} />
      ))}
    </div>
  );
}

function Choosing(props: ChoosingProps) {
  const [title, setTitle] = useState("");
  const [text, setText] = useTyped(title, setTitle);
  return (
    <Stack gap="md">
      <Text size="sm">
        Two exports of one chat, such as from two phones, become one conversation: the same messages
        once, in one order, also of what is imported later. It can be undone.
      </Text>
      <TextInput
        aria-label="Find a conversation by its title"
        placeholder="Find a conversation by its title"
        leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
        data-autofocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {title === "" ? <Suggested {...props} /> : <Found {...props} title={title} />}
    </Stack>
  );
}

interface ConfirmingProps {
  readonly conversation: ConversationSummary;
  readonly other: ConversationSummary;
  readonly onBack: () => void;
  readonly onDone: (id: string) => void;
}

function Confirming({ conversation, other, onBack, onDone }: ConfirmingProps) {
  const { collection } = conversation;
  const [isSwapped, setIsSwapped] = useState(false);
  const ids = isSwapped ? [other.id, conversation.id] : [conversation.id, other.id];
  const preview = useQuery(mergePreviewQuery(collection, ids));
  const client = useQueryClient();
  const merge = useMutation({
    mutationFn: () => mergeNow(collection, ids),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        merge.mutate(undefined, { onSuccess: onDone });
      }}
    >
      <Stack gap="md">
        {preview.isPending && <Loader size="sm" aria-label="Comparing the messages" />}
        {preview.data && <MergePreviewList preview={preview.data} />}
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<IconArrowsExchange size={15} stroke={1.6} aria-hidden />}
          onClick={() => setIsSwapped(!isSwapped)}
        >
          Keep the other one’s title, clock and names
        </Button>
        <FormError error={preview.error ?? merge.error} />
        <FormButtons
          onCancel={onBack}
          isPending={merge.isPending}
          isDisabled={preview.data === undefined}
        >
          Merge
        </FormButtons>
      </Stack>
    </form>
  );
}

export interface MergeDialogProps {
  readonly conversation: ConversationSummary;
  readonly onClose: () => void;
}

export function MergeDialog({ conversation, onClose }: MergeDialogProps) {
  const navigate = useNavigate();
  const [other, setOther] = useState<ConversationSummary | undefined>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={other === undefined ? "Merge with…" : "Merge these conversations?"}
      centered
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {other === undefined ? (
        <Choosing conversation={conversation} onChoose={setOther} />
      ) : (
        <Confirming
          conversation={conversation}
          other={other}
          onBack={() => setOther(undefined)}
          onDone={(id) => {
            onClose();
            void navigate({ to: "/conversation/$conversation", params: { conversation: id } });
          }}
        />
      )}
    </Modal>
  );
}
