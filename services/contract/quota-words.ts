// Quotas in words, the same on pages and on the command line.
import { readSize, size } from "#services/domain/size.ts";
import type { Quota, QuotaName } from "./quotas.ts";

export const quotaTitles: Readonly<Record<QuotaName, string>> = {
  requestsPerMinute: "Requests in a minute",
  tokensPerDay: "Embedded tokens in a day",
  storedBytes: "Bytes of files",
};
export const quotaNames = Object.keys(quotaTitles) as readonly QuotaName[];

const amount = (name: QuotaName, value: number): string =>
  name === "storedBytes" ? size(value) : value.toLocaleString("en");

/** "600", "10 GB", "any number". */
export const limitText = (name: QuotaName, limit: number): string =>
  limit === 0 ? "any number" : amount(name, limit);

/** "12 of 600", "3.2 MB of 10 GB"; where any number is allowed, what is used, as far as it is counted. */
export const usedText = (
  name: QuotaName,
  { limit, used }: Pick<Quota, "limit" | "used">,
): string =>
  used === null
    ? "any number"
    : limit === 0
      ? amount(name, used)
      : `${amount(name, used)} of ${amount(name, limit)}`;

/** "600", "10 GB" → the limit that is meant, which is more than 0; undefined where it is none. */
export const readLimit = (name: QuotaName, text: string): number | undefined => {
  const plain = text.trim().replaceAll(/(?<=\d),(?=\d{3}(?:\D|$))/gu, "");
  const value =
    name === "storedBytes"
      ? readSize(plain)
      : /^\d{1,15}$/u.test(plain)
        ? Number(plain)
        : undefined;
  return value !== undefined && value > 0 && value <= 1e15 ? value : undefined;
};
