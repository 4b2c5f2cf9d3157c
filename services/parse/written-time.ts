// Times as programs write them for people, in their language ("Nov 5, 2025, 1:34:47 AM CET") → times that a program can read.

/** Languages whose names of months are known. */
const languages =
  "en de fr es it pt nl sv da nb fi pl cs sk sl hr hu ro tr id ru uk el ca et lv lt vi".split(" ");

const bare = (word: string): string => word.toLowerCase().replaceAll(/[.\u200f]/g, "");

const monthsOf = (): ReadonlyMap<string, number> => {
  const months = new Map<string, number>();
  const ambiguous = new Set<string>();
  const add = (word: string, month: number) => {
    const known = months.get(word);
    if (known !== undefined && known !== month) ambiguous.add(word);
    months.set(word, month);
  };
  for (const language of languages)
    for (const month of ["short", "long"] as const) {
      const format = new Intl.DateTimeFormat(language, { day: "numeric", month, timeZone: "UTC" });
      for (let nth = 0; nth < 12; nth += 1) {
        const parts = format.formatToParts(Date.UTC(2024, nth, 15));
        const word = parts.find(({ type }) => type === "month")?.value ?? "";
        if (/\p{L}/u.test(word)) add(bare(word), nth + 1);
      }
    }
  // "lis" is October in Croatian and November in Polish: nobody can tell.
  for (const word of ambiguous) months.delete(word);
  // English is what most exports are in.
  for (const [nth, word] of "jan feb mar apr may jun jul aug sep oct nov dec".split(" ").entries())
    months.set(word, nth + 1);
  return months;
};

let months: ReadonlyMap<string, number> | undefined;

/** Hours from UTC, by the names that stand for one zone only. */
const zones: ReadonlyMap<string, string> = new Map(
  `UTC+00:00 GMT+00:00 Z+00:00 WET+00:00 WEST+01:00 BST+01:00 CET+01:00 MEZ+01:00 CEST+02:00 MESZ+02:00 EET+02:00 EEST+03:00
  MSK+03:00 EST-05:00 EDT-04:00 CDT-05:00 MST-07:00 MDT-06:00 PST-08:00 PDT-07:00 AKST-09:00 AKDT-08:00 HST-10:00 JST+09:00
  KST+09:00 AEST+10:00 AEDT+11:00 NZST+12:00 NZDT+13:00 BRT-03:00 SGT+08:00 HKT+08:00`
    .split(/\s+/)
    .map((zone) => [zone.slice(0, -6), zone.slice(-6)]),
);

/** `GMT+5:30`, `UTC-03` as an offset; undefined for a name that is not known or means several zones. */
const offsetOf = (zone: string): string | undefined => {
  const [, sign, hours = "", minutes = "00"] =
    /^(?:GMT|UTC)([+\-−])(\d{1,2})(?::?(\d\d))?$/.exec(zone) ?? [];
  if (sign !== undefined) return `${sign === "+" ? "+" : "-"}${hours.padStart(2, "0")}:${minutes}`;
  return zones.get(zone);
};

const clock = String.raw`(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:\s*([AaPp])\.?\s?[Mm]\.?)?`;
const zone = String.raw`(?:\s+([A-Z]{1,5}(?:[+\-−]\d{1,2}(?::?\d\d)?)?))?`;
const word = String.raw`([\p{L}\p{M}]{2,20})\.?`;
const weekday = String.raw`(?:[\p{L}\p{M}]{2,20}\.?,?\s+)?`;
const between = String.raw`,?(?:\s+(?:at|um|kl|à|a las|alle|às|r|г)\.?,?)?\s+`;

/** In which order day, month and year stand, and the expression for it. */
const layouts: readonly (readonly [order: string, RegExp])[] = [
  ["mdy", String.raw`${weekday}${word}\s+(\d{1,2}),?\s+(\d{4})`],
  ["dmy", String.raw`${weekday}(\d{1,2})\.?\s+(?:de\s+)?${word}(?:\s+de)?,?\s+(\d{4})`],
  ["dmy", String.raw`(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})`],
  [
    "ymd",
    String.raw`(\d{4})(?:[年년]|[./-])\s?(\d{1,2})(?:[月월]|[./-])\s?(\d{1,2})(?:[日일]|\.)?`,
  ],
].map(([order = "", day = ""]) => [order, new RegExp(`^${day}${between}${clock}${zone}$`, "u")]);

/** Where the half of the day stands before the time. */
const halves: readonly (readonly [RegExp, "a" | "p"])[] = [
  [/(?:오전|上午|午前)\s?/u, "a"],
  [/(?:오후|下午|午後)\s?/u, "p"],
];

const hourOf = (hour: number, half: string | undefined): number =>
  half === undefined ? hour : (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);

const two = (value: number | string): string => String(value).padStart(2, "0");

/**
 * @param text a time and nothing else
 * @returns `2025-11-05 01:34:47+01:00`, without an offset where the zone is not named or not known; undefined where it is no time
 */
export const writtenTime = (text: string): string | undefined => {
  if (text.length > 80 || !/\d/.test(text)) return undefined;
  let plain = text.replaceAll(/[\u00a0\u202f\u2009]/g, " ").trim();
  const half = halves.find(([sign]) => sign.test(plain));
  if (half) plain = plain.replace(half[0], "");
  for (const [order, layout] of layouts) {
    const found = layout.exec(plain);
    if (!found) continue;
    const [, first = "", second = "", third = "", hour, minute = "", seconds = "00", ap, name] =
      found;
    const part = (of: string) => [first, second, third][order.indexOf(of)] ?? "";
    months ??= monthsOf();
    const month = /^\d+$/.test(part("m")) ? Number(part("m")) : months.get(bare(part("m")));
    if (month === undefined) continue;
    const at = `${two(hourOf(Number(hour), ap ?? half?.[1]))}:${minute}:${seconds}`;
    const offset = name === undefined ? undefined : offsetOf(name);
    return `${part("y")}-${two(month)}-${two(part("d"))} ${at}${offset ?? ""}`;
  }
  return undefined;
};
