// A message as plain text, with line breaks, links and marked search words.
import { pieces } from "../../shape/texts/links.ts";
import { marksOf, type Sought } from "../../shape/texts/question-words.ts";
import { OutLink } from "../parts/out-link.tsx";
import { SegmentedText } from "./segmented-text.tsx";

export interface PlainTextProps {
  readonly text: string;
  readonly words: readonly Sought[];
}

export function PlainText({ text, words }: PlainTextProps) {
  return (
    <div className="plain">
      {pieces(text).map((piece) => {
        const inside = (
          <SegmentedText
            key={piece.at}
            text={piece.text}
            marks={marksOf(piece.text, words)}
            closest={null}
          />
        );
        return piece.href === undefined ? (
          inside
        ) : (
          <OutLink key={piece.at} href={piece.href}>
            {inside}
          </OutLink>
        );
      })}
    </div>
  );
}
