// The ranking of a concept: each message with its probability, and buttons to make it an example or a counterexample.
import { ActionIcon, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconThumbDown, IconThumbUp } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ConceptHit } from "#services/contract/concepts.ts";
import { percent } from "../../shape/figures/effects.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import "./concept-hit-list.css";
import { focusedRow, useListKeys } from "../parts/list-keys.ts";
import { useNow } from "../parts/now.ts";

type Verdict = ConceptHit["verdict"];

export interface ConceptHitListProps {
  readonly hits: readonly ConceptHit[];
  readonly threshold: number;
  readonly busy: boolean;
  /** Undefined for those who may only read. */
  readonly onJudge: ((hit: ConceptHit, verdict: Verdict) => void) | undefined;
}

interface ThumbProps {
  readonly hit: ConceptHit;
  readonly verdict: "up" | "down";
  readonly onJudge: NonNullable<ConceptHitListProps["onJudge"]>;
}

function Thumb({ hit, verdict, onJudge }: ThumbProps) {
  const on = hit.verdict === verdict;
  const up = verdict === "up";
  const Icon = up ? IconThumbUp : IconThumbDown;
  const name = up ? "Example" : "Counterexample";
  return (
    <Tooltip
      label={on ? `Remove the ${name.toLowerCase()}` : `${name} (${up ? "U" : "D"})`}
      openDelay={400}
    >
      <ActionIcon
        variant={on ? "filled" : "subtle"}
        color={on ? "mulberry" : "gray"}
        size={30}
        aria-pressed={on}
        aria-label={`${name}: message of ${hit.author}`}
        onClick={() => onJudge(hit, on ? null : verdict)}
      >
        <Icon size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}

export function ConceptHitList({ hits, threshold, busy, onJudge }: ConceptHitListProps) {
  const now = useNow();
  useListKeys();
  const judge = (verdict: "up" | "down") => {
    const hit = hits.find((one) => one.chunk === focusedRow()?.dataset["chunk"]);
    if (hit) onJudge?.(hit, hit.verdict === verdict ? null : verdict);
  };
  useHotkeys([
    ["u", () => judge("up")],
    ["d", () => judge("down")],
  ]);
  const firstBelow = hits.findIndex((one) => one.probability < threshold);
  return (
    <ol className="concept-hits" aria-label="Messages, highest probability first" aria-busy={busy}>
      {hits.map((hit, at) => (
        <li key={hit.chunk} className="concept-hit">
          {at === firstBelow && (
            <p className="concept-line tabular">
              {at === 0 ? "No message reaches the threshold of" : "Below the threshold of"}{" "}
              {percent(threshold)}
            </p>
          )}
          <div
            className={hit.probability >= threshold ? "concept-hit-row" : "concept-hit-row below"}
          >
            <span
              className="concept-probability tabular"
              title="Probability that it matches the concept"
            >
              {percent(hit.probability)}
              <span className="concept-meter" aria-hidden="true">
                <span style={{ width: `${hit.probability * 100}%` }} />
              </span>
            </span>
            <div style={{ minWidth: 0 }}>
              <div className="message-row-head">
                <Link
                  to="/conversation/$conversation"
                  params={{ conversation: hit.conversation }}
                  search={{ at: hit.message }}
                  className="message-row-link clip"
                  data-hit
                  data-chunk={hit.chunk}
                >
                  {hit.author}
                </Link>
                <span className="message-row-where clip">{hit.title}</span>
                <span className="message-row-time tabular">
                  {hit.at === null ? (
                    "undated"
                  ) : (
                    <time dateTime={new Date(hit.at).toISOString()} title={fullTime(hit.at)}>
                      {ago(hit.at, now)}
                    </time>
                  )}
                </span>
              </div>
              <p className="message-row-text">{hit.text}</p>
            </div>
            {onJudge && (
              <span className="concept-thumbs">
                <Thumb hit={hit} verdict="up" onJudge={onJudge} />
                <Thumb hit={hit} verdict="down" onJudge={onJudge} />
              </span>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
