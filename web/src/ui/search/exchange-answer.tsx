// One message of an exchange, and one answer of it: who said it, whether it is the best, and what was said.
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { ExchangeMessage } from "#services/contract/search.ts";
import { SegmentedText } from "../messages/segmented-text.tsx";
import "./exchange-card.css";

export function Said({ of }: { readonly of: ExchangeMessage }) {
  return (
    <>
      <SegmentedText
        text={of.snippet}
        marks={[...of.highlights, ...(of.marks ?? [])]}
        closest={null}
      />
      {of.textLength > of.snippet.length && " …"}
    </>
  );
}

export interface ExchangeAnswerProps {
  readonly of: ExchangeMessage;
  readonly isBest: boolean;
  /** Who said it: a link where it leads anywhere. */
  readonly author: ReactNode;
}

export function ExchangeAnswer({ of, isBest, author }: ExchangeAnswerProps) {
  return (
    <li className={isBest ? "exchange-answer best" : "exchange-answer"}>
      <div className="exchange-who">
        {author}
        {isBest && (
          <span className="exchange-mark">
            <IconCheck size={13} stroke={2.4} aria-hidden />
            Best answer
          </span>
        )}
      </div>
      <p className="exchange-said">
        <Said of={of} />
      </p>
    </li>
  );
}
