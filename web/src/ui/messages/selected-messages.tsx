// The messages of a selection: their number, the order, and the list, loaded by pages.
import { Button, Group, NativeSelect, Skeleton, Stack, Text } from "@mantine/core";
import { IconMessages } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { Selection } from "#services/contract/selection.ts";
import { type MessagesSort, messagesQuery } from "../../api/selected.ts";
import { isEverything } from "../../shape/address/selection-address.ts";
import { counted } from "../../shape/words/numbers.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { ErrorMessage } from "../parts/error-message.tsx";
import { useTopicMarks } from "../topics/topic-marks.ts";
import { MessageList, type MessageListProps } from "./message-list.tsx";

const orders: readonly { readonly value: MessagesSort; readonly label: string }[] = [
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
  { value: "typical", label: "Most typical first" },
  { value: "longest", label: "Longest first" },
];

export interface SelectedMessagesProps
  extends Pick<
    MessageListProps,
    "collection" | "label" | "tight" | "ticked" | "onTick" | "actions"
  > {
  readonly selection: Selection;
  readonly sort: MessagesSort;
  readonly onSort: (sort: MessagesSort) => void;
  /** Shows each message's topic; turned off where all have the same. */
  readonly withTopics?: boolean;
}

function ListSkeleton() {
  return (
    <Stack gap={24} p={16} role="status" aria-label="Loading messages">
      {[0, 1, 2, 3].map((key) => (
        <Stack key={key} gap={8}>
          <Skeleton h={12} w="40%" />
          <Skeleton h={12} w="94%" />
          <Skeleton h={12} w="66%" />
        </Stack>
      ))}
    </Stack>
  );
}

export function SelectedMessages(props: SelectedMessagesProps) {
  const { selection, sort, onSort, withTopics = true, ...list } = props;
  const marks = useTopicMarks(list.collection);
  const found = useInfiniteQuery({
    ...messagesQuery(list.collection, {
      sort,
      limit: 30,
      ...(isEverything(selection) ? {} : { selection }),
    }),
    placeholderData: keepPreviousData,
  });
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = found;
  if (error && !data) return <ErrorMessage error={error} retry={() => void found.refetch()} />;
  if (isPending) return <ListSkeleton />;
  const first = data.pages[0];
  const messages = data.pages.flatMap((page) => page.messages);
  if (!first || messages.length === 0)
    return (
      <EmptyState icon={<IconMessages size={32} stroke={1.3} aria-hidden />} title="No messages">
        No message of this collection matches the selection.
      </EmptyState>
    );
  return (
    <div aria-busy={found.isPlaceholderData}>
      <Group justify="space-between" gap="xs" px={list.tight ? 0 : 16} py={6} wrap="wrap">
        <Text size="xs" c="dimmed" className="tabular" role="status">
          {counted(first.total, "message")} in {counted(first.conversations, "conversation")}
        </Text>
        <NativeSelect
          size="xs"
          variant="unstyled"
          w={154}
          aria-label="Order of the messages"
          value={sort}
          data={orders.map((one) => ({ ...one }))}
          onChange={(event) => {
            const chosen = orders.find((one) => one.value === event.currentTarget.value);
            if (chosen) onSort(chosen.value);
          }}
        />
      </Group>
      <MessageList
        {...list}
        messages={messages}
        topicOf={withTopics ? (id) => marks.get(id) : undefined}
      />
      {hasNextPage && (
        <Group justify="center" p="sm">
          <Button
            variant="default"
            size="xs"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
    </div>
  );
}
