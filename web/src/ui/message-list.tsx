// Messages that a selection holds, in a row: who, where, when, the topic, the words, and the way into the conversation.
import { Checkbox } from "@mantine/core";
import { IconArrowUpRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SelectedMessage } from "#services/contract/figures.ts";
import { placeOf } from "../shape/place.ts";
import { ago, fullTime } from "../shape/times.ts";
import "./message-list.css";
import { useNow } from "./now.ts";
import { SourceBadge } from "./source-badge.tsx";
import { type TopicMark, TopicTag } from "./topic-tag.tsx";

export interface MessageListProps {
  /** For screen readers: "Messages of Boot loader". */
  readonly label: string;
  readonly collection: string;
  readonly messages: readonly SelectedMessage[];
  /** A topic by its id, to name it; none is shown where this is left out. */
  readonly topicOf?: ((id: string) => TopicMark | undefined) | undefined;
  /** Chunks that are ticked, and what to do when one is: without it there is nothing to tick. */
  readonly ticked?: ReadonlySet<string> | undefined;
  readonly onTick?: ((chunk: string, on: boolean) => void) | undefined;
  /** A narrow place, such as a drawer or the side of the map. */
  readonly tight?: boolean;
  /** Further acts on a message, beside the way into its conversation. */
  readonly acts?: ((message: SelectedMessage) => ReactNode) | undefined;
}

const flagLabels: ReadonlyMap<string, string> = new Map<string, string>([
  ["refusal", "refusal"],
  ["frustration", "frustration"],
  ["question", "question"],
]);
// A question is in every second chat message; to be told of it helps nobody.
const shownFlags = (flags: readonly string[]) => flags.filter((flag) => flag !== "question");

/** The sentiment from which it is worth a word. */
const clear = 0.35;
const mood = (sentiment: number | null): string | undefined => {
  if (sentiment === null || Math.abs(sentiment) < clear) return undefined;
  return sentiment > 0 ? "positive" : "negative";
};

interface ItemProps extends Omit<MessageListProps, "messages" | "label" | "tight"> {
  readonly message: SelectedMessage;
  readonly now: number;
}

function Item({ message, now, collection, topicOf, ticked, onTick, acts }: ItemProps) {
  const topic = message.topic === null ? undefined : topicOf?.(message.topic);
  const { chunk } = message;
  const said = [
    mood(message.sentiment),
    ...shownFlags(message.flags).map((f) => flagLabels.get(f) ?? f),
  ];
  const words = said.filter((one) => one !== undefined);
  return (
    <li className="message-row">
      <div className="message-row-head">
        {onTick && (
          <Checkbox
            size="xs"
            aria-label={`Choose the message of ${message.author}`}
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
            "no time"
          ) : (
            <time dateTime={new Date(message.at).toISOString()} title={fullTime(message.at)}>
              {ago(message.at, now)}
            </time>
          )}
        </span>
      </div>
      <p className="message-row-text">
        {message.text}
        {message.textLength > message.text.length && " …"}
      </p>
      <div className="message-row-foot">
        {topic && <TopicTag collection={collection} topic={topic} />}
        {words.length > 0 && <span>{words.join(", ")}</span>}
        <span className="message-row-source">
          <SourceBadge source={message.source} />
        </span>
        {acts?.(message)}
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
