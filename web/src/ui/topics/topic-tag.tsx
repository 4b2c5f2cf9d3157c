// A link to a topic, with its colour and title.
import { useComputedColorScheme } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { topicColour } from "../../shape/topics/topic-colours.ts";

export interface TopicMark {
  readonly id: string;
  readonly title: string;
  readonly colour: number;
}

/** A dot in a topic's colour; −1 is "no topic". */
export function TopicDot({ colour }: { readonly colour: number }) {
  const scheme = useComputedColorScheme("light");
  return (
    <span
      className="topic-dot"
      aria-hidden="true"
      style={{ "--dot": topicColour(colour, scheme) } as CSSProperties}
    />
  );
}

export interface TopicTagProps {
  readonly collection: string;
  readonly topic: TopicMark;
}

export function TopicTag({ collection, topic }: TopicTagProps) {
  return (
    <Link
      to="/c/$collection/topics/$topic"
      params={{ collection, topic: topic.id }}
      className="topic-tag"
    >
      <TopicDot colour={topic.colour} />
      <span className="clip">{topic.title}</span>
    </Link>
  );
}
