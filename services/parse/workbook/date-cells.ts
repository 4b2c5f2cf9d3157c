// Cells of a workbook that hold times: days since 1900 as a number, shown as a date by the cell's style.

const DAY_MS = 86_400_000;
/** The day 0, with 1900 taken for a leap year as Excel does; and of old Macs. */
const zero = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const;

/** Number formats that every workbook has and that are dates or times. */
const isBuiltIn = (id: number): boolean =>
  (id >= 14 && id <= 22) ||
  (id >= 27 && id <= 36) ||
  (id >= 45 && id <= 47) ||
  (id >= 50 && id <= 58);

/** Whether a format's code shows a day or an hour: words in quotes, colours and signs behind backslashes aside. */
const isDateCode = (code: string): boolean =>
  /[ydhs]/iu.test(code.replaceAll(/"[^"]*"|\[[^\]]*\]|\\.|_.|General/giu, ""));

export interface NumberFormats {
  /** Codes by id. */
  readonly codes: ReadonlyMap<number, string>;
  /** The format of each cell style. */
  readonly ofStyle: readonly number[];
}

export const isDateStyle = ({ codes, ofStyle }: NumberFormats, style: number): boolean => {
  const id = ofStyle[style] ?? 0;
  const code = codes.get(id);
  return code === undefined ? isBuiltIn(id) : isDateCode(code);
};

/** A number of days as `YYYY-MM-DD HH:MM:SS`, or as `HH:MM:SS` where it is less than one; the number itself where it is no time. */
export const timeOfDays = (value: string, from1904: boolean): string => {
  const days = Number(value);
  if (!Number.isFinite(days) || days < 0 || days > 2_958_465) return value;
  const at = new Date(zero[from1904 ? 1904 : 1900] + Math.round((days * DAY_MS) / 1000) * 1000);
  const written = at.toISOString();
  if (days < 1) return written.slice(11, 19);
  return `${written.slice(0, 10)} ${written.slice(11, 19)}`;
};
