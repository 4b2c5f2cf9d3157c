// Dates and times as phones of many countries write them, read again: what WhatsApp takes from the phone.
import { expect, it } from "vitest";
import { first, read } from "../parse.builders.ts";

const locales =
  "af ar-EG be bg bn bs ca cs da de de-AT el en-AU en-CA en-GB en-IN en-US en-ZA es es-MX et eu fi fr fr-CA fr-CH gu he hi hr hu hy id it ja ka kk ko lt lv mk ml mr ms my nb nl pa pl pt pt-PT ro ru sk sl sq sr sv sw ta te th tr uk ur uz vi yo zh-CN zh-TW".split(
    " ",
  );
/** From one day to the next month's, so that the file shows its order. */
const moments = Array.from(
  { length: 13 },
  (_, n) => Date.UTC(2024, 0, 5) + n * 27 * 86_400_000 + n * 7 * 3_600_000 + n * 61_000,
);

const written = (locale: string, seconds: boolean, hour12?: boolean) => {
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: "short",
    timeStyle: seconds ? "medium" : "short",
    timeZone: "UTC",
    ...(hour12 !== undefined && { hour12 }),
  });
  return moments
    .map((at) => (seconds ? `[${format.format(at)}] Anna: a` : `${format.format(at)} - Anna: a`))
    .join("\n");
};

it.each(locales)("reads the dates of %s", async (locale) => {
  for (const seconds of [true, false])
    for (const hour12 of [undefined, true]) {
      const found = await read(written(locale, seconds, hour12));
      const unit = seconds ? 1000 : 60_000;
      expect(found.problems).toEqual([]);
      expect(first(found).messages.map(({ at }) => at)).toEqual(
        moments.map((at) => Math.floor(at / unit) * unit),
      );
    }
});
