// Checks names of time zones from requests: Intl must know them.
import { rejected } from "#services/domain/errors.ts";

/** @throws ParlanceError rejected `unknown-zone` */
export const checkZone = (zone: string | undefined): string | undefined => {
  if (zone === undefined) return undefined;
  try {
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
