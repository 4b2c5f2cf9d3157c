// The body of an exchange among the hits: what was asked, and the answers, the best one marked; each leads to its place in the conversation.
import { UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { Exchange, ExchangeMessage, Hit } from "#services/contract/search.ts";
import { exchangeLines } from "../../shape/texts/exchange-lines.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ExchangeAnswer, Said } from "./exchange-answer.tsx";
import "./exchange-card.css";

export interface ExchangeCardProps {
  readonly hit: Hit;
  readonly exchange: Exchange;
  readonly question: string | undefined;
}

interface AnswerProps {
  readonly of: ExchangeMessage;
  readonly isBest: boolean;
  readonly conversation: string;
  readonly question: string | undefined;
}

function Answer({ of, isBest, conversation, question }: AnswerProps) {
  return (
    <ExchangeAnswer
      of={of}
      isBest={isBest}
      author={
        <Link
          to="/conversation/$conversation"
          params={{ conversation }}
          search={{ at: of.message, q: question }}
          className="exchange-author clip"
          title="Show it in the conversation"
        >
          {of.author}
        </Link>
      }
    />
  );
}

export function ExchangeCard({ hit, exchange, question }: ExchangeCardProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const lines = exchangeLines(exchange, isOpen);
  // An only answer needs no mark.
  const isChosen = exchange.answers.length + exchange.more > 1;
  const canOpen = isOpen || lines.hidden > 0;
  return (
    <div className="exchange">
      <div id={id}>
        {lines.question.map((one) => (
          <p key={one.message} className="exchange-asked">
            <Said of={one} />
          </p>
        ))}
        {exchange.answers.length > 0 && (
          <ol className="exchange-answers" aria-label="Answers">
            {lines.answers.map((one) => (
              <Answer
                key={one.message}
                of={one}
                isBest={isChosen && one.message === exchange.best}
                conversation={hit.conversation}
                question={question}
              />
            ))}
          </ol>
        )}
      </div>
      {isOpen && exchange.more > 0 && (
        <p className="exchange-none">
          {counted(exchange.more, "more message")} in the conversation
        </p>
      )}
      {canOpen && (
        <UnstyledButton
          className="hit-act exchange-open"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Show less" : `Show ${counted(lines.hidden, "more message")}`}
        </UnstyledButton>
      )}
    </div>
  );
}
