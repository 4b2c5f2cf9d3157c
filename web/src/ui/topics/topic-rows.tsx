// The rows of a topic tree: colour, title, keywords, trend, separation, sparkline, number of messages.
import { Tooltip, VisuallyHidden } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Topic } from "#services/contract/analysis.ts";
import { percent } from "../../shape/figures/effects.ts";
import type { TopicRow } from "../../shape/topics/topic-tree.ts";
import { counted, shortCount } from "../../shape/words/numbers.ts";
import { Sparkline } from "./sparkline.tsx";
import { TopicDot } from "./topic-tag.tsx";
import "./topic-rows.css";
import { TrendMark } from "./trend-mark.tsx";

export interface TopicRowsProps {
  readonly collection: string;
  readonly label: string;
  readonly rows: readonly TopicRow[];
  /** Adds columns for keywords and separation. */
  readonly withKeywords?: boolean;
}

/** A silhouette coefficient in a word: how well a topic is separated from the others. */
const separationWord = (silhouette: number | null): string | undefined => {
  if (silhouette === null) return undefined;
  if (silhouette >= 0.25) return "high";
  return silhouette >= 0.05 ? "medium" : "low";
};

function Separation({ topic }: { readonly topic: Topic }) {
  const word = separationWord(topic.silhouette);
  if (word === undefined || !topic.leaf) return null;
  return (
    <Tooltip
      label={`Silhouette coefficient ${topic.silhouette?.toFixed(2)}: how much closer its messages are to each other than to the nearest other topic`}
      multiline
      maw={280}
      openDelay={300}
    >
      <span>
        <VisuallyHidden>Separation: </VisuallyHidden>
        {word}
      </span>
    </Tooltip>
  );
}

interface RowProps extends Omit<TopicRowsProps, "rows" | "label"> {
  readonly row: TopicRow;
  /** Whether any of the topics has dated messages to draw. */
  readonly dated: boolean;
}

function Row({ collection, row, withKeywords, dated }: RowProps) {
  const { topic, depth } = row;
  const terms = topic.keywords.slice(0, 6).map((one) => one.term);
  return (
    <li className={topic.leaf ? "topic-row" : "topic-row parent"} data-depth={depth}>
      <Link
        to="/c/$collection/topics/$topic"
        params={{ collection, topic: topic.id }}
        className="topic-row-link"
        data-hit
      >
        {topic.leaf && <TopicDot colour={topic.colour} />}
        <span className="topic-row-title">
          {topic.title}
          {topic.hidden && <IconEyeOff size={13} stroke={1.7} aria-label="Hidden" />}
        </span>
      </Link>
      {withKeywords && <span className="topic-row-words clip">{terms.join(" · ")}</span>}
      {dated && (
        <span className="topic-row-trend">
          <TrendMark trend={topic.trend} />
        </span>
      )}
      {withKeywords && (
        <span className="topic-row-fit">
          <Separation topic={topic} />
        </span>
      )}
      {dated && (
        <span className="topic-row-spark">
          <Sparkline
            counts={topic.spark}
            colour={topic.leaf ? topic.colour : -1}
            width={88}
            height={22}
          />
        </span>
      )}
      <span
        className="topic-row-size tabular"
        title={`${counted(topic.messages, "message")}, ${counted(topic.people, "person", "people")}`}
      >
        <span>{shortCount(topic.messages)}</span>
        <span className="dim">{percent(topic.share)}</span>
      </span>
    </li>
  );
}

export function TopicRows({ rows, label, ...rest }: TopicRowsProps) {
  const dated = rows.some(({ topic }) => topic.firstAt !== null);
  const kind = `topic-rows${rest.withKeywords ? " worded" : ""}${dated ? "" : " undated"}`;
  const list = (
    <ol className={kind} aria-label={label}>
      {rows.map((row) => (
        <Row key={row.topic.id} row={row} dated={dated} {...rest} />
      ))}
    </ol>
  );
  if (!rest.withKeywords) return list;
  return (
    <>
      <div className={`${kind} topic-heads`} aria-hidden="true">
        <div className="topic-row">
          <span>Topic</span>
          <span className="topic-row-words">Keywords</span>
          {dated && <span>Trend</span>}
          <span className="topic-row-fit">Separation</span>
          {dated && <span className="topic-row-spark">Over time</span>}
          <span className="topic-row-size">Messages</span>
        </div>
      </div>
      {list}
    </>
  );
}
