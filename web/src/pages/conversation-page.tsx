// The page of one conversation: opened at a message, loaded in both directions, along the chosen branch.
import { Skeleton, Stack, VisuallyHidden } from "@mantine/core";
import { IconMessages } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { conversationQuery } from "../api/conversations.ts";
import { mergedMessages, messageRows } from "../shape/texts/message-rows.ts";
import { marksOf, questionWords } from "../shape/texts/question-words.ts";
import "../ui/messages/conversation.css";
import { GoneNotice } from "../ui/messages/gone-notice.tsx";
import { MergedNotice } from "../ui/messages/merged-notice.tsx";
import { MessageItem } from "../ui/messages/message-item.tsx";
import { RawRecord } from "../ui/messages/raw-record.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage, isNotFound } from "../ui/parts/error-message.tsx";
import { BelowHeading } from "../ui/parts/heading-level.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { CollectionHead } from "./collection-frame.tsx";
import "../ui/search/search.css";
import { ConversationHead } from "../ui/messages/conversation-head.tsx";
import { ConversationScroll } from "../ui/messages/conversation-scroll.tsx";

function ConversationSkeleton() {
  return (
    <Stack gap={26} maw={820} mx="auto" w="100%" p={28} role="status" aria-label="Loading">
      <VisuallyHidden component="h1">Conversation</VisuallyHidden>
      {["64%", "88%", "46%", "76%", "58%"].map((width) => (
        <Stack key={width} gap={8}>
          <Skeleton h={12} w={130} />
          <Skeleton h={14} w={width} />
        </Stack>
      ))}
    </Stack>
  );
}

export function ConversationPage() {
  const { conversation: id } = useParams({ from: "/conversation/$conversation" });
  const { at, leaf, kinds, gone, q } = useSearch({ from: "/conversation/$conversation" });
  const navigate = useNavigate({ from: "/conversation/$conversation" });
  const [raw, setRaw] = useState<string | undefined>();
  const pages = useInfiniteQuery(conversationQuery(id, { around: at, leaf, kinds, gone }));
  const { data, error, isPending, refetch } = pages;

  const messages = useMemo(() => mergedMessages(data?.pages ?? []), [data]);
  const rows = useMemo(() => messageRows(messages), [messages]);
  const byId = useMemo(() => new Map(messages.map((one) => [one.id, one])), [messages]);
  const words = useMemo(() => questionWords(q ?? ""), [q]);
  const matches = useMemo(
    () => messages.filter((one) => marksOf(one.text, words).length > 0).map((one) => one.id),
    [messages, words],
  );
  const page = data?.pages[0];
  const title = page?.conversation.title ?? page?.conversation.channel ?? "Conversation";
  useTitle(page ? title : undefined);

  // It is shown as part of a merged one since.
  const shown = page?.conversation.id ?? id;
  useEffect(() => {
    if (shown !== id)
      void navigate({ params: { conversation: shown }, search: (now) => now, replace: true });
  }, [shown, id, navigate]);

  if (error && (!data || isNotFound(error)))
    return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (isPending || !page) return <ConversationSkeleton />;
  return (
    <BelowHeading>
      <div className="talk">
        <CollectionHead id={page.conversation.collection} current="Conversations" />
        <ConversationHead
          conversation={page.conversation}
          shown={page.total}
          all={kinds === "all"}
          onAll={(all) =>
            void navigate({
              search: (now) => ({ ...now, kinds: all ? "all" : undefined }),
              replace: true,
            })
          }
        />
        <MergedNotice conversation={page.conversation} />
        <GoneNotice
          gone={page.gone}
          shown={gone === "show"}
          onShow={(show) =>
            void navigate({
              search: (now) => ({ ...now, gone: show ? "show" : undefined }),
              replace: true,
            })
          }
        />
        {rows.length === 0 ? (
          <EmptyState
            icon={<IconMessages size={34} stroke={1.3} aria-hidden />}
            title="No messages to show"
          >
            This conversation has only thinking, tool calls or system notices. The eye button shows
            them.
          </EmptyState>
        ) : (
          <ConversationScroll
            rows={rows}
            at={at}
            matches={matches}
            label={`Messages of ${title}`}
            atStart={!pages.hasPreviousPage}
            atEnd={!pages.hasNextPage}
            onEarlier={() => {
              if (!pages.isFetchingPreviousPage) void pages.fetchPreviousPage();
            }}
            onLater={() => {
              if (!pages.isFetchingNextPage) void pages.fetchNextPage();
            }}
            onFirst={() => void navigate({ search: (now) => ({ ...now, at: undefined }) })}
            onLast={() => void navigate({ search: (now) => ({ ...now, at: "last" }) })}
            draw={({ message, continued }) => (
              <MessageItem
                message={message}
                continued={continued}
                isAt={message.id === at}
                words={words}
                answered={message.replyTo === null ? undefined : byId.get(message.replyTo)}
                onGoTo={(to) => void navigate({ search: (now) => ({ ...now, at: to }) })}
                onBranch={(sibling) =>
                  void navigate({ search: (now) => ({ ...now, leaf: sibling, at: sibling }) })
                }
                onRaw={setRaw}
              />
            )}
          />
        )}
        {raw !== undefined && <RawRecord message={raw} onClose={() => setRaw(undefined)} />}
      </div>
    </BelowHeading>
  );
}
