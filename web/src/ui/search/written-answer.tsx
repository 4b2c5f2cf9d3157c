// An answer that a language model writes from messages, shown while it comes, each citation linked to its message.
import { Loader, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { AnswerQuestion, Passage, WrittenEvent } from "#services/contract/answers.ts";
import { writtenEvents } from "../../api/answers.ts";
import { citedParts } from "../../shape/texts/cited.ts";
import { describeError } from "../parts/error-message.tsx";

type State =
  | { readonly kind: "waiting" }
  | { readonly kind: "writing"; readonly text: string; readonly sources: readonly Passage[] }
  | { readonly kind: "written"; readonly text: string; readonly sources: readonly Passage[] }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

const after = (state: State, { event, data }: WrittenEvent): State => {
  const before = "text" in state ? state : { text: "", sources: [] };
  switch (event) {
    case "sources":
      return { kind: "writing", text: "", sources: data.passages };
    case "text":
      return { ...before, kind: "writing", text: before.text + data.text };
    case "end":
      return { ...before, kind: "written" };
    case "refused":
    case "failed":
      return { kind: event, reason: data.reason };
  }
};

export interface WrittenAnswerProps {
  readonly collection: string | undefined;
  readonly question: AnswerQuestion;
}

export function WrittenAnswer({ collection, question }: WrittenAnswerProps) {
  const [state, setState] = useState<State>({ kind: "waiting" });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    const gone = new AbortController();
    const listen = async () => {
      setState({ kind: "waiting" });
      for await (const event of writtenEvents(collection, question, gone.signal))
        setState((now) => after(now, event));
    };
    listen().catch((error: unknown) => {
      if (gone.signal.aborted) return;
      setState({ kind: "failed", reason: describeError(error).detail });
    });
    return () => gone.abort();
  }, [collection, JSON.stringify(question), attempt]);

  if (state.kind === "waiting")
    return (
      <p className="answer-written dim" role="status">
        <Loader size={12} /> The language model reads the messages …
      </p>
    );
  if (state.kind === "refused")
    return (
      <p className="answer-written dim" role="status">
        No answer was written. {state.reason}
      </p>
    );
  if (state.kind === "failed")
    return (
      <p className="answer-written dim" role="alert">
        {state.reason}{" "}
        <UnstyledButton className="text-link" onClick={() => setAttempt(attempt + 1)}>
          Try again
        </UnstyledButton>
      </p>
    );
  return (
    <div className="answer-written" aria-busy={state.kind === "writing"} aria-live="polite">
      <p className="answer-text">
        {citedParts(state.text, state.sources.length).map(({ at, text, source }) => {
          const passage = source === undefined ? undefined : state.sources[source - 1];
          return passage === undefined ? (
            text
          ) : (
            <Link
              key={at}
              to="/conversation/$conversation"
              params={{ conversation: passage.conversation }}
              search={{ at: passage.message, q: question.query }}
              className="text-link"
              title={`${passage.author}: ${passage.text}`}
            >
              {text}
            </Link>
          );
        })}
      </p>
      {state.kind === "written" && (
        <p className="answer-source">
          Written by a language model from {state.sources.length} messages. Check its sources.
        </p>
      )}
    </div>
  );
}
