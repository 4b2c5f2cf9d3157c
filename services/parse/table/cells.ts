// Lines of a table → its rows: cells between commas, semicolons or tabs, in quotes where they hold those or line ends.

import type { Row } from "./table-file.ts";

/** A cell in quotes holds so many lines at most: a quote that nobody closes must not take the rest of the file. */
const MOST_LINES = 1000;
const QUOTE = '"';

/** Whether a quoted cell is open at a line's end. @param isOpen whether one was at its beginning */
const isOpenAfter = (line: string, delimiter: string, isOpen: boolean): boolean => {
  let open = isOpen;
  let atStart = !isOpen;
  for (let i = 0; i < line.length; i += 1) {
    const at = line[i];
    if (open) {
      if (at !== QUOTE) continue;
      if (line[i + 1] === QUOTE) i += 1;
      else open = false;
    } else if (at === QUOTE && atStart) {
      open = true;
      atStart = false;
    } else atStart = at === delimiter;
  }
  return open;
};

/** The cells of a whole row. */
export const cellsOf = (row: string, delimiter: string): string[] => {
  const cells: string[] = [];
  for (let i = 0; i <= row.length; ) {
    if (row[i] !== QUOTE) {
      const end = row.indexOf(delimiter, i);
      cells.push(row.slice(i, end < 0 ? row.length : end));
      i = end < 0 ? row.length + 1 : end + 1;
      continue;
    }
    let cell = "";
    let from = i + 1;
    for (;;) {
      const end = row.indexOf(QUOTE, from);
      cell += row.slice(from, end < 0 ? row.length : end);
      i = end < 0 ? row.length : end + 1;
      if (row[i] !== QUOTE || end < 0) break;
      cell += QUOTE;
      from = i + 1;
    }
    // What stands between a closing quote and the next delimiter belongs to the cell.
    const next = row.indexOf(delimiter, i);
    cells.push(cell + row.slice(i, next < 0 ? row.length : next));
    i = next < 0 ? row.length + 1 : next + 1;
  }
  return cells;
};

/** Puts lines together to rows. @param longest characters of a row: a quote that takes more is not closed */
export const openRows = (delimiter: string, longest: number) => {
  let waiting: { readonly line: number; readonly text: string }[] = [];
  let size = 0;

  const literally = (): Row[] => {
    const rows = waiting.map(({ line, text }) => ({
      line,
      text,
      cells: text.split(delimiter),
      isWhole: false,
    }));
    waiting = [];
    size = 0;
    return rows;
  };

  return {
    /** @returns the rows that the line completes */
    take(line: number, text: string): readonly Row[] {
      const isOpen = isOpenAfter(text, delimiter, waiting.length > 0);
      waiting.push({ line, text });
      size += text.length;
      if (isOpen) return waiting.length >= MOST_LINES || size > longest ? literally() : [];
      const [first = { line }] = waiting;
      const row = waiting.map((one) => one.text).join("\n");
      waiting = [];
      size = 0;
      return [{ line: first.line, text: row, cells: cellsOf(row, delimiter), isWhole: true }];
    },
    /** The lines of a row that is not closed. */
    end: literally,
  };
};
