// A text with search words marked and the closest sentence underlined, as DOM nodes, never HTML.
import { type Mark, segments } from "../../shape/texts/segments.ts";

export interface SegmentedTextProps {
  readonly text: string;
  readonly marks: readonly Mark[];
  readonly closest: Mark | null;
}

export function SegmentedText({ text, marks, closest }: SegmentedTextProps) {
  return segments(text, marks, closest).map((segment) => {
    const near = segment.close ? "near" : undefined;
    return segment.marked ? (
      <mark key={segment.at} className={near}>
        {segment.text}
      </mark>
    ) : (
      <span key={segment.at} className={near}>
        {segment.text}
      </span>
    );
  });
}
