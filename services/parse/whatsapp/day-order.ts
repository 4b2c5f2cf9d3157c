// Which of the three figures of a date is the day: decided over a whole file, never line by line.

type Figures = readonly [number, number, number];

const orders = {
  "day month year": ([day, month, year]: Figures): Figures => [year, month, day],
  "month day year": ([month, day, year]: Figures): Figures => [year, month, day],
  "year month day": (figures: Figures): Figures => figures,
} as const satisfies Record<string, (figures: Figures) => Figures>;
export type DayOrder = keyof typeof orders;
const names = Object.keys(orders) as DayOrder[];

const DAY = 86_400_000;
/** A Buddhist year is 543 larger: of two figures from 52 on, since nobody chatted in such a program before 2009. */
const BUDDHIST = 543;
const FIRST_BUDDHIST = 52;

const fullYear = (shown: number): number => {
  const year = shown >= 100 ? shown : shown + (shown < FIRST_BUDDHIST ? 2000 : 2500);
  return year > 2400 && year < 2700 ? year - BUDDHIST : year;
};

/** Midnight of the day as if it were UTC, in milliseconds; undefined where there is no such day, or nobody could chat on it. */
export const dayOf = (figures: Figures, order: DayOrder): number | undefined => {
  const [shown, month, day] = orders[order](figures);
  const year = fullYear(shown);
  if (year < 2005 || year > 2100 || month < 1 || month > 12 || day < 1) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return Date.UTC(year, month - 1, day);
};

interface Evidence {
  /** Dates that do not exist in this order. */
  impossible: number;
  /** Dates before that of the line before: a chat goes on in time. */
  backwards: number;
  /** Days that are passed over between neighbouring lines. */
  gaps: number;
  last: number | undefined;
}

const none: Evidence = { impossible: 0, backwards: 0, gaps: 0, last: undefined };

export interface Decision {
  readonly order: DayOrder;
  /** Another order fits as well and gives other days: the one with fewer days between lines was taken, or the usual one. */
  readonly isGuess: boolean;
}

/** Takes the dates of a file, in order, and says at the end in which order their figures are. */
export const openDayOrder = () => {
  const evidence = new Map<DayOrder, Evidence>(names.map((name) => [name, { ...none }]));
  let differs = false;
  const take = (figures: Figures, order: DayOrder, found: Evidence) => {
    const day = dayOf(figures, order);
    if (day === undefined) {
      found.impossible += 1;
      return;
    }
    const last = found.last ?? day;
    if (day < last) found.backwards += 1;
    found.gaps += Math.abs(day - last) / DAY;
    found.last = day;
  };
  const of = (order: DayOrder): Evidence => evidence.get(order) ?? none;
  const speaksAgainst = (a: DayOrder, b: DayOrder): number =>
    of(a).impossible - of(b).impossible || of(a).backwards - of(b).backwards;
  const compare = (a: DayOrder, b: DayOrder): number =>
    speaksAgainst(a, b) || of(a).gaps - of(b).gaps;
  return {
    add(figures: Figures): void {
      if (figures[0] !== figures[1]) differs = true;
      for (const [order, found] of evidence) take(figures, order, found);
    },
    /** @param usual the order of such files where the dates do not tell */
    decide(usual: DayOrder): Decision {
      const [best = usual] = [usual, ...names.filter((name) => name !== usual)].toSorted(compare);
      // A short year in front fits most dates too, with decades between neighbouring lines.
      const rivals = names.filter(
        (name) => name !== best && name !== "year month day" && speaksAgainst(name, best) === 0,
      );
      return { order: best, isGuess: differs && rivals.length > 0 };
    },
  };
};
