// Dates as people's programs write them in tables: whether the day or the month comes first is told from all of them, never from one.
import type { DateOrder } from "#services/domain/columns.ts";

const clock = String.raw`(?:[ ,T]+(\d{1,2})[:.h](\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap])?\.?m?\.?)?`;
const dated = new RegExp(String.raw`^(\d{1,4})([./-])(\d{1,2})\2(\d{2,4})\.?${clock}$`, "i");
/** 2026年1月13日, 2026. 1. 13., 2026년 1월 13일. */
const eastern = new RegExp(
  String.raw`^(\d{4})(?:年|년|\.)\s*(\d{1,2})(?:月|월|\.)\s*(\d{1,2})(?:日|일|\.)?${clock}$`,
  "i",
);

const two = (text: string | number) => String(text).padStart(2, "0");

/** An order that the dates tell, or that the table's heading suggests. */
export type ToldOrder = "told" | "assumed" | "unknown";

/**
 * Learns from each date of a table, and then reads them.
 * @param chosen the order that a person said
 * @param assumed the usual one of the heading's language, where the dates do not tell it
 */
export const openDates = ({
  chosen,
  assumed,
}: {
  readonly chosen?: DateOrder | undefined;
  readonly assumed?: DateOrder | undefined;
} = {}) => {
  let isDayFirst = false;
  let isMonthFirst = false;
  let dots = 0;
  let others = 0;

  const told = (): DateOrder | undefined => {
    if (isDayFirst !== isMonthFirst) return isDayFirst ? "dmy" : "mdy";
    // Nobody who writes dots begins with the month.
    return !isDayFirst && dots > 0 && others === 0 ? "dmy" : undefined;
  };
  const order = (): DateOrder | undefined => chosen ?? told() ?? assumed;

  return {
    learn(text: string): void {
      const [, first = "", mark, second = ""] = dated.exec(text.trim()) ?? [];
      if (mark === undefined || first.length > 2) return;
      if (Number(first) > 12) isDayFirst = true;
      if (Number(second) > 12) isMonthFirst = true;
      if (mark === ".") dots += 1;
      else others += 1;
    },
    /** How the order is known; "told" too where no date needs one. */
    get known(): ToldOrder {
      if (dots + others === 0 || chosen !== undefined || told() !== undefined) return "told";
      return assumed === undefined ? "unknown" : "assumed";
    },
    /** The date as `YYYY-MM-DD HH:MM:SS`; the text itself where it is none of these, or where its order cannot be told. */
    plain(text: string): string {
      const trimmed = text.trim();
      const east = eastern.exec(trimmed);
      const found = east ?? dated.exec(trimmed);
      if (!found) return trimmed;
      const [first = "", second = "", third = ""] = east
        ? [found[1], found[2], found[3]]
        : [found[1], found[3], found[4]];
      const [hour = "0", minute = "00", seconds = "00", half] = found.slice(east ? 4 : 5);
      const which = first.length > 2 ? "ymd" : order();
      if (which === undefined) return trimmed;
      const [written, month, day] =
        which === "ymd"
          ? [first, second, third]
          : which === "dmy"
            ? [third, second, first]
            : [third, first, second];
      const year = written.length === 2 ? `20${written}` : written;
      const late = half?.toLowerCase() === "p";
      const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (late ? 12 : 0);
      return `${year}-${two(month)}-${two(day)} ${two(hours)}:${minute}:${seconds}`;
    },
  };
};
