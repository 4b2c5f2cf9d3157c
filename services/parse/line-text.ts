// The text of a line of a log, and what is told of a line that is damaged or too long.
import { badBytes, decoded } from "./encoding.ts";
import type { ParseEvent, ParseProblem } from "./events.ts";
import type { Line } from "./lines.ts";
import type { Reading } from "./reading.ts";

export const cutLine = (place: string): Omit<ParseProblem, "count"> => ({
  code: "long-line",
  place,
  reason: "The line is too long and was cut.",
});

/** Tells what is wrong with a line, and returns its text. */
export function* lineText(
  line: Line,
  place: string,
  reading: Reading,
): Generator<ParseEvent, string> {
  const { text, replaced } = decoded(line.bytes);
  if (replaced > 0) yield* reading.problem(badBytes(place, replaced));
  if (line.tooLong) yield* reading.problem(cutLine(place));
  return text;
}
