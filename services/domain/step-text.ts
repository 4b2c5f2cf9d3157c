// How a step of a time axis is written: in charts, tables, reports and on the command line alike.

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Intl.DateTimeFormat` takes a while to be made, so each is kept; there are as many as zones in use. */
const formatOf = (zone: string | undefined, options: Intl.DateTimeFormatOptions) => {
  const key = `${zone ?? ""} ${JSON.stringify(options)}`;
  const known =
    formats.get(key) ??
    new Intl.DateTimeFormat("en-GB", {
      ...options,
      ...(zone === undefined ? {} : { timeZone: zone }),
    });
  formats.set(key, known);
  return known;
};

const month = { month: "short", year: "numeric" } as const;
const day = { day: "numeric", ...month } as const;

const quarterOf = (at: number, zone: string | undefined): string => {
  const parts = formatOf(zone, { month: "numeric", year: "numeric" }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return `Q${Math.ceil(part("month") / 3)} ${part("year")}`;
};

/**
 * The step that begins at an instant, as precise as it is wide: "2 Mar 2026, 14:00", "2 Mar 2026", "Mar 2026", "Q1 2026", "2026".
 * @param from milliseconds since 1970
 * @param width of a step, in milliseconds
 * @param zone IANA zone of the steps; the reader's own where there is none
 */
export const stepText = (from: number, width: number, zone?: string): string => {
  if (width < DAY_MS)
    return formatOf(zone, { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
      from,
    );
  if (width < 27 * DAY_MS) return formatOf(zone, day).format(from);
  if (width < 80 * DAY_MS) return formatOf(zone, month).format(from);
  return width < 300 * DAY_MS
    ? quarterOf(from, zone)
    : formatOf(zone, { year: "numeric" }).format(from);
};
