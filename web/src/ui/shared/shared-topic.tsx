// A shared topic: what is known of it, with a few of its messages.
import { Stack, Text, Title } from "@mantine/core";
import type { OpenedShare } from "#services/contract/shares.ts";
import { topicFacts } from "../../shape/topics/topic-facts.ts";
import { unbroken } from "../../shape/words/unbroken.ts";
import { Sparkline } from "../topics/sparkline.tsx";
import { TrendMark } from "../topics/trend-mark.tsx";
import { SharedFrame } from "./shared-frame.tsx";

export interface SharedTopicProps {
  readonly of: Extract<OpenedShare, { kind: "topic" }>;
}

export function SharedTopic({ of }: SharedTopicProps) {
  const { topic, nearest } = of.topic;
  const similar = nearest.filter(({ similarity }) => similarity > 0);
  return (
    <SharedFrame of={{ ...of, title: topic.title }} about={`Topic in ${of.collection}`}>
      <Stack gap={30} className="shared-body">
        <div>
          {topic.summary !== null && (
            <Text size="lg" maw={680} mb={6}>
              {topic.summary}
            </Text>
          )}
          <Text size="sm" c="dimmed" className="tabular">
            {topicFacts(topic).join(" · ")}
          </Text>
        </div>
        {topic.firstAt !== null && (
          <section aria-label="Over time">
            <Title order={2} size="h3" mb={10}>
              Over time
            </Title>
            <div className="shared-spark">
              <Sparkline
                counts={topic.spark}
                colour={topic.leaf ? topic.colour : -1}
                width={820}
                height={96}
              />
            </div>
            <Text size="sm" c="dimmed" mt={8}>
              <TrendMark trend={topic.trend} /> {unbroken(topic.trend.says)}
            </Text>
          </section>
        )}
        <section aria-label="Keywords">
          <Title order={2} size="h3">
            Keywords
          </Title>
          <ul className="shared-words">
            {topic.keywords.slice(0, 14).map(({ term }) => (
              <li key={term}>{term}</li>
            ))}
          </ul>
        </section>
        {topic.examples.length > 0 && (
          <section aria-label="Typical messages">
            <Title order={2} size="h3">
              Typical messages
            </Title>
            <ul className="shared-examples">
              {topic.examples.map((one) => (
                <li key={one.message}>
                  <b>{one.author}</b>
                  <p>{one.text}</p>
                </li>
              ))}
            </ul>
          </section>
        )}
        {similar.length > 0 && (
          <section aria-label="Most similar topics">
            <Title order={2} size="h3">
              Most similar topics
            </Title>
            <ul className="shared-near">
              {similar.map((one) => (
                <li key={one.topic}>
                  <span>{one.title}</span>
                  <span className="dim tabular">{one.similarity.toFixed(2)}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </Stack>
    </SharedFrame>
  );
}
