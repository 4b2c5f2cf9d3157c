// Dates as people's programs write them in tables: whether the day or the month comes first is told from all of them, never from one.

const dated =
  /^(\d{1,4})([./-])(\d{1,2})\2(\d{2,4})(?:[ ,T]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap])?\.?m?\.?)?$/i;

type Order = "day" | "month";

const two = (text: string | number) => String(text).padStart(2, "0");

/** Learns from each date of a table, and then reads them. */
export const openDates = () => {
  let isDayFirst = false;
  let isMonthFirst = false;
  let dots = 0;
  let others = 0;

  const order = (): Order | undefined => {
    if (isDayFirst !== isMonthFirst) return isDayFirst ? "day" : "month";
    // Nobody who writes dots begins with the month.
    return !isDayFirst && dots > 0 && others === 0 ? "day" : undefined;
  };

  return {
    learn(text: string): void {
      const [, first = "", mark, second = ""] = dated.exec(text.trim()) ?? [];
      if (mark === undefined || first.length === 4) return;
      if (Number(first) > 12) isDayFirst = true;
      if (Number(second) > 12) isMonthFirst = true;
      if (mark === ".") dots += 1;
      else others += 1;
    },
    /** The date as `YYYY-MM-DD HH:MM:SS`; the text itself where it is none of these, or where its order cannot be told. */
    plain(text: string): string {
      const found = dated.exec(text.trim());
      if (!found) return text.trim();
      const [, first = "", , second = "", third = "", hour = "0", minute = "00", , half] = found;
      const seconds = found[7] ?? "00";
      const isYearFirst = first.length === 4;
      const which = order();
      if (!isYearFirst && which === undefined) return text.trim();
      const year = isYearFirst ? first : third.length === 2 ? `20${third}` : third;
      const [month, day] = isYearFirst
        ? [second, third]
        : which === "day"
          ? [second, first]
          : [first, second];
      const late = half?.toLowerCase() === "p";
      const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (late ? 12 : 0);
      return `${year}-${two(month)}-${two(day)} ${two(hours)}:${minute}:${seconds}`;
    },
  };
};
