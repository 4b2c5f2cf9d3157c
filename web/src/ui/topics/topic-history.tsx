// The history of topics from analysis to analysis: newest first, large changes before small ones.
import { Skeleton, Text, Title, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { topicEventsQuery } from "../../api/analysis.ts";
import { type EventStep, eventSteps, stepTitle } from "../../shape/topics/topic-events.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { ErrorMessage } from "../parts/error-message.tsx";
import { useNow } from "../parts/now.ts";
import { EventList } from "./event-list.tsx";
import { TopicFlow } from "./topic-flow.tsx";

const atFirst = 8;

function Step({
  collection,
  step,
  now,
}: {
  readonly collection: string;
  readonly step: EventStep;
  readonly now: number;
}) {
  const [all, setAll] = useState(false);
  const first = step.from === null;
  const shown = all ? step.events : step.events.slice(0, first ? 0 : atFirst);
  return (
    <li className="history-step">
      <div className="history-mark" aria-hidden="true" />
      <div style={{ minWidth: 0 }}>
        <Title order={3}>{stepTitle(step)}</Title>
        <Text size="xs" c="dimmed">
          <time dateTime={new Date(step.at).toISOString()} title={fullTime(step.at)}>
            {ago(step.at, now)}
          </time>
          {first && ` · ${counted(step.events.length, "topic")} found in version ${step.to}`}
          {step.kept.length > 0 && ` · ${counted(step.kept.length, "topic")} unchanged`}
        </Text>
        {step.from !== null && step.events.length > 0 && (
          <TopicFlow
            collection={collection}
            events={[...step.events, ...step.kept]}
            before={step.from === step.to ? "Before" : `Version ${step.from}`}
            after={step.from === step.to ? "After" : `Version ${step.to}`}
          />
        )}
        <EventList collection={collection} events={shown} />
        {step.events.length > shown.length && (
          <UnstyledButton className="hit-act" ml={-8} onClick={() => setAll(true)}>
            {first ? "Show all" : `${step.events.length - shown.length} more`}
          </UnstyledButton>
        )}
      </div>
    </li>
  );
}

export function TopicHistory({ collection }: { readonly collection: string }) {
  const now = useNow();
  const { data, error, isPending, refetch } = useQuery(topicEventsQuery(collection));
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (isPending) return <Skeleton h={420} radius="lg" />;
  const steps = eventSteps(data);
  if (steps.length === 0)
    return (
      <EmptyState icon={<IconHistory size={32} stroke={1.3} aria-hidden />} title="No changes yet">
        This is the first analysis. Changes of topics in later analyses are listed here.
      </EmptyState>
    );
  return (
    <>
      <VisuallyHidden component="h2">History of topics</VisuallyHidden>
      <Text size="sm" c="dimmed" maw={640} mb={20}>
        A topic keeps its title, its colour and your manual changes from analysis to analysis. New,
        merged, split and ended topics are listed here.
      </Text>
      <ol className="history" aria-label="History of topics">
        {steps.map((step) => (
          <Step key={step.at} collection={collection} step={step} now={now} />
        ))}
      </ol>
    </>
  );
}
