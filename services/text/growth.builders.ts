// Texts of one repeated piece, and how the time that something takes grows with them.

/** Pieces that make a long text hard for one step or another: words without an end, marks, fences, nested brackets, lone halves. */
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
] as const;

/** `size` units of the piece, in one flat string, as one that was read from a file. */
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

/**
 * How many times longer ten times the text takes, in processor time and as the best of three, so that other work on the machine
 * matters little. Less than 2 ms count as 2 ms. About 10 where time grows with the text, 100 where it grows with its square.
 */
export const growth = (step: (text: string) => unknown, piece: string, size: number): number => {
  const [small, large] = [longText(piece, size / 10), longText(piece, size)];
  step(small);
  const short = Math.max(
    2,
    least(3, () => step(small)),
  );
  return (
    Math.max(
      2,
      least(2, () => step(large)),
    ) / short
  );
};
