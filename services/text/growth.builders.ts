// Texts that repeat one piece, and a measure of how the time of a function grows with their length.

/** Pieces that make long texts hard for some step: endless words, marks, fences, nested brackets, lone surrogates. */
export const hardPieces = [
  "a",
  "Ab1",
  "é",
  "漢",
  "😀",
  "\ud800",
  "e\u0301",
  " ",
  "\n",
  "a\n",
  "\r",
  ".",
  "a.",
  "`",
  "```\n",
  "~~~~\n```\n",
  "'",
  "-",
  "(",
  "«",
  ":",
  "1",
  "1-",
  "a@",
  "password:",
  "http://",
  "【†",
  "【††",
  "【a†】",
  "\ue200",
  "\ue200a\ue201",
  "\u200b",
  "\u001b[",
  "\u00031",
  " ...",
  "|",
] as const;

/** `size` units of the piece, as one flat string like a text read from a file. */
export const longText = (piece: string, size: number): string =>
  Buffer.from(piece.repeat(Math.floor(size / piece.length)), "utf16le").toString("utf16le");

const cpuMs = (act: () => unknown): number => {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const least = (times: number, act: () => unknown): number =>
  Math.min(...Array.from({ length: times }, () => cpuMs(act)));

/** As good as linear: far from quadratic time, and more than linear time seems on a busy machine. */
export const LINEAR_GROWTH = 40;

/**
 * How many times longer a text of ten times the length takes, in processor time: about 10 for linear time, 100 for quadratic time. The
 * least of three measures of the short text, so that other work on the machine matters little, and of two of the long one where the
 * first is not below LINEAR_GROWTH. Less than 2 ms count as 2 ms.
 */
export const growth = (step: (text: string) => unknown, piece: string, size: number): number => {
  const [small, large] = [longText(piece, size / 10), longText(piece, size)];
  step(small);
  const short = Math.max(
    2,
    least(3, () => step(small)),
  );
  const once = Math.max(
    2,
    cpuMs(() => step(large)),
  );
  if (once < LINEAR_GROWTH * short) return once / short;
  return (
    Math.min(
      once,
      cpuMs(() => step(large)),
    ) / short
  );
};
