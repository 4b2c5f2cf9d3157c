// The box above the hits: passages that answer the question, with their sources, and a button for a written answer.
import { Button, Skeleton, Stack, UnstyledButton } from "@mantine/core";
import { IconQuote, IconSparkles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { AnswerQuestion, Passage } from "#services/contract/answers.ts";
import { answerQuery } from "../../api/answers.ts";
import { placeOf } from "../../shape/words/place.ts";
import { ago } from "../../shape/words/times.ts";
import { SegmentedText } from "../messages/segmented-text.tsx";
import { useNow } from "../parts/now.ts";
import { WrittenAnswer } from "./written-answer.tsx";

export interface AnswerBoxProps {
  readonly collection: string | undefined;
  /** undefined where no answer is asked for. */
  readonly question: AnswerQuestion | undefined;
}

interface SourceProps {
  readonly passage: Passage;
  readonly question: string;
  readonly now: number;
}

function Source({ passage, question, now }: SourceProps) {
  const place = placeOf(passage.channel, passage.title);
  return (
    <p className="answer-source">
      <Link
        to="/conversation/$conversation"
        params={{ conversation: passage.conversation }}
        search={{ at: passage.message, q: question }}
        className="text-link"
      >
        {passage.author}
      </Link>
      {[place, passage.at === null ? "undated" : ago(passage.at, now)]
        .filter(Boolean)
        .map((part) => ` · ${part}`)
        .join("")}
    </p>
  );
}

function Loading() {
  return (
    <div className="answer-box" role="status" aria-label="Looking for an answer">
      <Stack gap={9}>
        <Skeleton h={12} w="30%" />
        <Skeleton h={12} w="94%" />
        <Skeleton h={12} w="66%" />
      </Stack>
    </div>
  );
}

/** Renders nothing where no hit is certain enough: the hits below speak for themselves. */
function Passages({ collection, question }: AnswerBoxProps & { question: AnswerQuestion }) {
  const now = useNow();
  const [asked, setAsked] = useState(false);
  const { data, isPending, isError, refetch } = useQuery(answerQuery(collection, question));
  if (isPending) return <Loading />;
  if (isError)
    return (
      <p className="answer-failed" role="alert">
        The answer could not be loaded.{" "}
        <UnstyledButton className="text-link" fz="inherit" onClick={() => void refetch()}>
          Try again
        </UnstyledButton>
      </p>
    );
  if (data.passages.length === 0) return null;
  return (
    <section className="answer-box" aria-label="Answer">
      <h2 className="answer-title">
        <IconQuote size={16} stroke={1.7} aria-hidden />
        From the messages
      </h2>
      <ol className="answer-passages">
        {data.passages.map((passage) => (
          <li key={passage.message}>
            {passage.answers !== null && (
              <p className="answer-asked clip" title={passage.answers}>
                Asked: {passage.answers}
              </p>
            )}
            <blockquote className="answer-text">
              <SegmentedText text={passage.text} marks={passage.highlights} closest={null} />
            </blockquote>
            <Source passage={passage} question={question.query} now={now} />
          </li>
        ))}
      </ol>
      {data.canWrite && !asked && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconSparkles size={15} stroke={1.7} aria-hidden />}
          onClick={() => setAsked(true)}
        >
          Ask the language model
        </Button>
      )}
      {asked && <WrittenAnswer collection={collection} question={question} />}
    </section>
  );
}

export function AnswerBox({ collection, question }: AnswerBoxProps) {
  if (question === undefined) return null;
  return <Passages key={JSON.stringify(question)} collection={collection} question={question} />;
}
