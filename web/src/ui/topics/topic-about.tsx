// The panel beside a topic: messages over time, keywords, most similar topics.
import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { TopicDetail } from "#services/contract/analysis.ts";
import { topicsQuery } from "../../api/analysis.ts";
import { counted } from "../../shape/words/numbers.ts";
import { unbroken } from "../../shape/words/unbroken.ts";
import { Sparkline } from "./sparkline.tsx";
import { TopicDot } from "./topic-tag.tsx";
import { TrendMark } from "./trend-mark.tsx";

const titledBy = {
  person: "The title was given by a person.",
  llm: "The title was made by the language model.",
  keywords: "The title was made from keywords.",
} as const;

export function TopicAbout({
  collection,
  detail,
}: {
  readonly collection: string;
  readonly detail: TopicDetail;
}) {
  const { topic } = detail;
  const nearest = detail.nearest.filter((one) => one.similarity > 0);
  const { data } = useQuery(topicsQuery(collection));
  const marks = new Map((data?.topics ?? []).map((one) => [one.id, one]));
  const most = Math.max(1e-9, ...topic.keywords.map((one) => one.weight));
  return (
    <aside className="topic-about" aria-label="About this topic">
      {topic.firstAt !== null && (
        <section>
          <Title order={3}>Over time</Title>
          <div className="topic-spark">
            <Sparkline
              counts={topic.spark}
              colour={topic.leaf ? topic.colour : -1}
              width={272}
              height={52}
            />
          </div>
          <Text size="sm" c="dimmed">
            <TrendMark trend={topic.trend} /> {unbroken(topic.trend.says)}
          </Text>
        </section>
      )}
      <section>
        <Title order={3}>Keywords</Title>
        <ul className="topic-words">
          {topic.keywords.slice(0, 14).map((one) => (
            <li key={one.term} style={{ opacity: 0.62 + 0.38 * (one.weight / most) }}>
              <Link
                to="/c/$collection/search"
                params={{ collection }}
                search={{ q: one.term }}
                title={`In ${counted(one.count, "message")}. Search for it`}
              >
                {one.term}
              </Link>
            </li>
          ))}
        </ul>
        <Text size="xs" c="dimmed" mt={8}>
          {titledBy[topic.titleBy]}
        </Text>
      </section>
      {nearest.length > 0 && (
        <section>
          <Title order={3}>Most similar topics</Title>
          <ul className="topic-near">
            {nearest.map((one) => (
              <li key={one.topic}>
                <Link
                  to="/c/$collection/topics/$topic"
                  params={{ collection, topic: one.topic }}
                  className="topic-line plain-link"
                >
                  <TopicDot colour={marks.get(one.topic)?.colour ?? -1} />
                  <span className="clip">{one.title}</span>
                  <span className="dim tabular">{one.similarity.toFixed(2)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}
