// One hit: author, conversation, time, text with highlights, neighbouring messages, ranks and scores.
import { UnstyledButton } from "@mantine/core";
import { IconHistory, IconMessages } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { Exchange, Hit } from "#services/contract/search.ts";
import { counted } from "../../shape/words/numbers.ts";
import { placeOf } from "../../shape/words/place.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import { SegmentedText } from "../messages/segmented-text.tsx";
import { SourceBadge } from "../parts/source-badge.tsx";
import { TopicTag } from "../topics/topic-tag.tsx";
import { ExchangeCard } from "./exchange-card.tsx";

export interface HitCardProps {
  readonly hit: Hit;
  readonly question: string | undefined;
  readonly now: number;
  /** The name of its collection, where all collections are searched. */
  readonly collection: string | undefined;
  readonly onLike: (hit: Hit) => void;
  readonly onFocus: () => void;
}

const ordinal = (rank: number) => {
  const rule = new Intl.PluralRules("en", { type: "ordinal" }).select(rank);
  const ends: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
  return `${rank}${ends[rule] ?? "th"}`;
};

function Why({ hit }: { readonly hit: Hit }) {
  return (
    <div className="hit-why tabular">
      <span>
        <b>Meaning:</b>{" "}
        {hit.semanticRank === null
          ? "not found by meaning"
          : `${ordinal(hit.semanticRank)}${hit.similarity === null ? "" : `, similarity ${hit.similarity.toFixed(2)}`}`}
      </span>
      <span>
        <b>Words:</b>{" "}
        {hit.lexicalRank === null
          ? "not found by words"
          : `${ordinal(hit.lexicalRank)}${hit.bm25 === null ? "" : `, BM25 ${hit.bm25.toFixed(1)}`}`}
      </span>
      {hit.closest && <span className="near">closest sentence</span>}
    </div>
  );
}

/** Messages that are not listed may be of either side: they are not counted. */
const answered = ({ answers, more }: Exchange): string => {
  if (answers.length === 0) return "Exchange, no answer";
  return `Exchange, ${more > 0 ? `${answers.length}+ answers` : counted(answers.length, "answer")}`;
};

function Neighbour({ of }: { readonly of: Hit["before"][number] }) {
  return (
    <span className="hit-beside clip">
      <b>{of.author}</b> {of.text}
    </span>
  );
}

export function HitCard({ hit, question, now, collection, onLike, onFocus }: HitCardProps) {
  const { exchange } = hit;
  const [why, setWhy] = useState(false);
  const whyId = useId();
  const where = [collection, placeOf(hit.channel, hit.title)].filter(Boolean).join(" · ");
  return (
    <li className="hit">
      <div className="hit-head">
        <Link
          to="/conversation/$conversation"
          params={{ conversation: hit.conversation }}
          search={{ at: hit.message, q: question }}
          className="hit-link clip"
          data-hit
          onFocus={onFocus}
        >
          {hit.author}
        </Link>
        {hit.person !== undefined && <span className="hit-unit">{hit.person}</span>}
        {hit.bot && <span className="hit-unit">Bot</span>}
        {exchange && (
          <span className="hit-unit">
            <IconMessages size={13} stroke={1.7} aria-hidden />
            {answered(exchange)}
          </span>
        )}
        {hit.gone && (
          <span className="hit-unit">
            <IconHistory size={13} stroke={1.7} aria-hidden />
            Not in the newest export
          </span>
        )}
        <span className="hit-where clip">{where}</span>
        <SourceBadge source={hit.source} />
        {hit.topic && (
          <span className="hit-topic">
            <TopicTag collection={hit.collection} topic={hit.topic} />
          </span>
        )}
        <span className="hit-time tabular">
          {hit.at === null ? (
            "undated"
          ) : (
            <time
              dateTime={new Date(hit.at).toISOString()}
              title={`${fullTime(hit.at)}${hit.zoneKnown ? "" : " (time zone assumed)"}`}
            >
              {ago(hit.at, now)}
            </time>
          )}
        </span>
      </div>
      {hit.before.map((one) => (
        <Neighbour key={one.message} of={one} />
      ))}
      {exchange ? (
        <ExchangeCard hit={hit} exchange={exchange} question={question} />
      ) : (
        <p className="hit-text">
          <SegmentedText
            text={hit.snippet}
            marks={[...hit.highlights, ...(hit.marks ?? [])]}
            closest={hit.closest}
          />
          {hit.textLength > hit.snippet.length && " …"}
        </p>
      )}
      {hit.after.map((one) => (
        <Neighbour key={one.message} of={one} />
      ))}
      <div className="hit-foot">
        <UnstyledButton className="hit-act" onClick={() => onLike(hit)}>
          More like this
        </UnstyledButton>
        <UnstyledButton
          className="hit-act"
          aria-expanded={why}
          aria-controls={whyId}
          onClick={() => setWhy(!why)}
        >
          Why this hit?
        </UnstyledButton>
        {hit.moreInConversation > 0 && (
          <Link
            to="/conversation/$conversation"
            params={{ conversation: hit.conversation }}
            search={{ at: hit.message, q: question }}
            className="hit-act"
          >
            {counted(hit.moreInConversation, "more hit")} in this conversation
          </Link>
        )}
      </div>
      <div id={whyId} style={{ position: "relative", zIndex: 1 }}>
        {why && <Why hit={hit} />}
      </div>
    </li>
  );
}
