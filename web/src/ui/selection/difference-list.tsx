// The differences between two selections: bars to the left for A, to the right for B, with confidence intervals.
import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { Difference } from "#services/contract/figures.ts";
import {
  differenceKey,
  diverging,
  effectInWords,
  effectScale,
  foldedDifferences,
  isSignificant,
  kindTitles,
  shareText,
} from "../../shape/figures/differences.ts";
import { chance } from "../../shape/figures/effects.ts";
import { count, shortCount } from "../../shape/words/numbers.ts";
import "./difference-list.css";

export interface DifferenceListProps {
  readonly differences: readonly Difference[];
  readonly labelOf: (one: Difference) => string;
  readonly onOpen: (side: "a" | "b", one: Difference) => void;
}

const [width, height] = [260, 22];

function Bar({ of, scale }: { readonly of: Difference; readonly scale: number }) {
  const { side, length, low, high } = diverging(of, scale);
  const middle = width / 2;
  const half = middle - 4;
  const x = side === "a" ? middle - length * half : middle;
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      className={isSignificant(of) ? "difference-bar" : "difference-bar insignificant"}
      aria-hidden="true"
    >
      <line x1={middle} x2={middle} y1={0} y2={height} className="difference-middle" />
      <rect
        x={x}
        y={5}
        width={Math.max(1, length * half)}
        height={height - 10}
        rx={3}
        className={`difference-fill ${side}`}
      />
      <line
        x1={middle + low * half}
        x2={middle + high * half}
        y1={height / 2}
        y2={height / 2}
        className="difference-interval"
      />
    </svg>
  );
}

interface SideProps {
  readonly side: "a" | "b";
  readonly of: Difference;
  readonly label: string;
  readonly onOpen: DifferenceListProps["onOpen"];
}

function Side({ side, of, label, onOpen }: SideProps) {
  const [share, number, selection] =
    side === "a" ? [of.shareA, of.countA, of.selectionA] : [of.shareB, of.countB, of.selectionB];
  const text = shareText(of, share);
  if (selection === null) return <span className="difference-share tabular">{text}</span>;
  return (
    <UnstyledButton
      className="difference-share opens tabular"
      aria-label={`${side.toUpperCase()}: ${text}. Read the ${shortCount(number)} messages: ${label}`}
      onClick={() => onOpen(side, of)}
    >
      {text}
    </UnstyledButton>
  );
}

export function DifferenceList({ differences, labelOf, onOpen }: DifferenceListProps) {
  const [unfolded, setUnfolded] = useState<readonly Difference["kind"][]>([]);
  const scale = effectScale(differences);
  const { shown, more } = foldedDifferences(differences, unfolded);
  return (
    <>
      <ol className="differences" aria-label="Differences">
        {shown.map((one) => {
          const label = labelOf(one);
          return (
            <li key={differenceKey(one)} className="difference">
              <span className="difference-label">
                {one.kind === "word" ? <q>{label}</q> : label}
                <span className="dim difference-says">
                  {effectInWords(one)} · {chance(one.p)}
                </span>
              </span>
              <Side side="a" of={one} label={label} onOpen={onOpen} />
              <Bar of={one} scale={scale} />
              <Side side="b" of={one} label={label} onOpen={onOpen} />
            </li>
          );
        })}
      </ol>
      {more.size > 0 && (
        <p className="difference-more">
          {[...more].map(([kind, number]) => (
            <UnstyledButton
              key={kind}
              className="hit-act"
              onClick={() => setUnfolded([...unfolded, kind])}
            >
              {count(number)} more {kindTitles[kind].toLowerCase()}
            </UnstyledButton>
          ))}
        </p>
      )}
    </>
  );
}
