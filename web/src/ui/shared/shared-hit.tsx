// A hit of a shared search: who said what, when and where; it leads nowhere, since the link opens nothing else.
import type { Exchange, Hit } from "#services/contract/search.ts";
import { counted } from "../../shape/words/numbers.ts";
import { placeOf } from "../../shape/words/place.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import { SegmentedText } from "../messages/segmented-text.tsx";
import { SourceBadge } from "../parts/source-badge.tsx";
import { ExchangeAnswer, Said } from "../search/exchange-answer.tsx";
import "../search/exchange-card.css";

function Answers({ of }: { readonly of: Exchange }) {
  // An only answer needs no mark.
  const best = of.answers.length + of.more > 1 ? of.best : null;
  return (
    <div className="exchange">
      {of.question.map((one) => (
        <p key={one.message} className="exchange-asked">
          <Said of={one} />
        </p>
      ))}
      {of.answers.length > 0 && (
        <ol className="exchange-answers" aria-label="Answers">
          {of.answers.map((one) => (
            <ExchangeAnswer
              key={one.message}
              of={one}
              isBest={one.message === best}
              author={<span className="clip shared-who">{one.author}</span>}
            />
          ))}
        </ol>
      )}
      {of.more > 0 && (
        <p className="exchange-none">{counted(of.more, "more message")} in the conversation</p>
      )}
    </div>
  );
}

export function SharedHit({ hit, now }: { readonly hit: Hit; readonly now: number }) {
  return (
    <li className="hit">
      <div className="hit-head">
        <b className="clip shared-who">{hit.author}</b>
        <span className="hit-where clip">{placeOf(hit.channel, hit.title)}</span>
        <SourceBadge source={hit.source} />
        <span className="hit-time tabular">
          {hit.at === null ? (
            "undated"
          ) : (
            <time dateTime={new Date(hit.at).toISOString()} title={fullTime(hit.at)}>
              {ago(hit.at, now)}
            </time>
          )}
        </span>
      </div>
      {hit.before.map((one) => (
        <span key={one.message} className="hit-beside clip">
          <b>{one.author}</b> {one.text}
        </span>
      ))}
      {hit.exchange ? (
        <Answers of={hit.exchange} />
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
        <span key={one.message} className="hit-beside clip">
          <b>{one.author}</b> {one.text}
        </span>
      ))}
    </li>
  );
}
