// A shared conversation: its messages to read, more of them as one scrolls.
import { IconMessages } from "@tabler/icons-react";
import { useMemo } from "react";
import type { FileSource } from "../../api/attachments.ts";
import { mergedMessages, messageRows } from "../../shape/texts/message-rows.ts";
import { counted } from "../../shape/words/numbers.ts";
import { spanOfTime } from "../../shape/words/times.ts";
import { ConversationScroll } from "../messages/conversation-scroll.tsx";
import "../messages/conversation.css";
import { MessageItem } from "../messages/message-item.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { MoreFailed } from "./more-failed.tsx";
import { SharedFrame } from "./shared-frame.tsx";
import { type PagesProps, useSharedPages } from "./shared-pages.ts";

const noWords = [] as const;

export interface SharedConversationProps extends PagesProps<"conversation"> {
  readonly files: FileSource;
}

export function SharedConversation(props: SharedConversationProps) {
  const { first, files } = props;
  const pages = useSharedPages(props, ({ conversation }) => conversation.nextCursor);
  const { data } = pages;
  const messages = useMemo(
    () => mergedMessages(data.pages.map(({ conversation }) => conversation)),
    [data],
  );
  const rows = useMemo(() => messageRows(messages), [messages]);
  const byId = useMemo(() => new Map(messages.map((one) => [one.id, one])), [messages]);
  const { firstAt, lastAt } = first.conversation.conversation;
  const about = [
    `Conversation from ${first.collection}`,
    counted(first.conversation.total, "message"),
    ...(firstAt !== null && lastAt !== null ? [spanOfTime(firstAt, lastAt)] : []),
  ].join(" · ");
  const goOn = () => {
    if (!pages.isFetchingNextPage && !pages.isFetchNextPageError) void pages.fetchNextPage();
  };
  return (
    <SharedFrame of={first} about={about} isWhole>
      {rows.length === 0 ? (
        <EmptyState
          icon={<IconMessages size={34} stroke={1.3} aria-hidden />}
          title="No messages to show"
        >
          This conversation has only thinking, tool calls or system notices.
        </EmptyState>
      ) : (
        <ConversationScroll
          rows={rows}
          at={undefined}
          matches={noWords}
          label={`Messages of ${first.title}`}
          atStart
          atEnd={!pages.hasNextPage}
          onEarlier={goOn}
          onLater={goOn}
          onFirst={goOn}
          onLast={goOn}
          draw={({ message, continued }) => (
            <MessageItem
              message={message}
              continued={continued}
              isAt={false}
              words={noWords}
              answered={message.replyTo === null ? undefined : byId.get(message.replyTo)}
              files={files}
            />
          )}
        />
      )}
      {pages.isFetchNextPageError && !pages.isFetchingNextPage && (
        <MoreFailed error={pages.error} onRetry={() => void pages.fetchNextPage()} />
      )}
    </SharedFrame>
  );
}
