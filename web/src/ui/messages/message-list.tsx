// A list of selected messages: author, conversation, time, text, topic, and the link to the conversation.
import { Checkbox } from "@mantine/core";
import { IconArrowUpRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SelectedMessage } from "#services/contract/figures.ts";
import { placeOf } from "../../shape/words/place.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import "./message-list.css";
import { useNow } from "../parts/now.ts";
import { SourceBadge } from "../parts/source-badge.tsx";
import { type TopicMark, TopicTag } from "../topics/topic-tag.tsx";

export interface MessageListProps {
  /** For screen readers: "Messages of Boot loader". */
  readonly label: string;
  readonly collection: string;
  readonly messages: readonly SelectedMessage[];
  /** Finds a topic by its id; topics are not shown where this is left out. */
  readonly topicOf?: ((id: string) => TopicMark | undefined) | undefined;
  /** Ids of the chunks that are ticked; rows have checkboxes only where `onTick` is given. */
  readonly ticked?: ReadonlySet<string> | undefined;
  readonly onTick?: ((chunk: string, on: boolean) => void) | undefined;
  /** For a narrow place, such as a drawer or the panel beside the map. */
  readonly tight?: boolean;
  /** Further actions in the row of a message. */
  readonly actions?: ((message: SelectedMessage) => ReactNode) | undefined;
}

// The flag “question” is on about half of all chat messages, so it is not shown.
const shownFlags = (flags: readonly string[]) => flags.filter((flag) => flag !== "question");

/** Sentiment, −1 … 1, from which it is shown. */
const shownSentiment = 0.35;
const sentimentWord = (sentiment: number | null): string | undefined => {
  if (sentiment === null || Math.abs(sentiment) < shownSentiment) return undefined;
  return sentiment > 0 ? "positive" : "negative";
};

interface ItemProps extends Omit<MessageListProps, "messages" | "label" | "tight"> {
  readonly message: SelectedMessage;
  readonly now: number;
}

function Item({ message, now, collection, topicOf, ticked, onTick, actions }: ItemProps) {
  const topic = message.topic === null ? undefined : topicOf?.(message.topic);
  const { chunk } = message;
  const words = [sentimentWord(message.sentiment), ...shownFlags(message.flags)].filter(
    (one) => one !== undefined,
  );
  return (
    <li className="message-row">
      <div className="message-row-head">
        {onTick && (
          <Checkbox
            size="xs"
            aria-label={`Select the message of ${message.author}`}
            disabled={chunk === null}
            checked={chunk !== null && (ticked?.has(chunk) ?? false)}
            onChange={(event) => {
              if (chunk !== null) onTick(chunk, event.currentTarget.checked);
            }}
          />
        )}
        <Link
          to="/conversation/$conversation"
          params={{ conversation: message.conversation }}
          search={{ at: message.message }}
          className="message-row-link clip"
          data-hit
        >
          {message.author}
        </Link>
        <span className="message-row-where clip">{placeOf(message.channel, message.title)}</span>
        <span className="message-row-time tabular">
          {message.at === null ? (
            "undated"
          ) : (
            <time dateTime={new Date(message.at).toISOString()} title={fullTime(message.at)}>
              {ago(message.at, now)}
            </time>
          )}
        </span>
      </div>
      <p className="message-row-text">
        {message.text}
        {message.isCut && " …"}
      </p>
      <div className="message-row-foot">
        {topic && <TopicTag collection={collection} topic={topic} />}
        {words.length > 0 && <span>{words.join(", ")}</span>}
        <span className="message-row-source">
          <SourceBadge source={message.source} />
        </span>
        {actions?.(message)}
        <Link
          to="/conversation/$conversation"
          params={{ conversation: message.conversation }}
          search={{ at: message.message }}
          className="hit-act message-row-open"
          aria-label={`Open in conversation: the message of ${message.author}`}
        >
          Open in conversation
          <IconArrowUpRight size={13} stroke={1.8} aria-hidden />
        </Link>
      </div>
    </li>
  );
}

export function MessageList({ messages, label, tight, ...rest }: MessageListProps) {
  const now = useNow();
  return (
    <ol className={tight ? "message-rows tight" : "message-rows"} aria-label={label}>
      {messages.map((message) => (
        <Item key={message.message} message={message} now={now} {...rest} />
      ))}
    </ol>
  );
}
