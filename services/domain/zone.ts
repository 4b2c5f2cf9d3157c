// Checks names of time zones from requests: Intl must know them.
import { rejected } from "./errors.ts";

/**
 * Offsets (“+05:07”) are none: newer engines take them for a zone, older ones and other programs do not.
 * @throws ParlanceError rejected `unknown-zone`
 */
export const checkZone = (zone: string | undefined): string | undefined => {
  if (zone === undefined) return undefined;
  try {
    if (/^[+-]/u.test(zone)) throw new RangeError("An offset is not the name of a zone.");
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch (cause) {
    throw rejected(`“${zone}” is not a time zone.`, {
      code: "unknown-zone",
      hint: "Use an IANA name, such as Europe/Berlin or UTC.",
      cause,
    });
  }
};
