// What a person prefers, read from their row: those that were never chosen are the usual ones.
import { type Preferences, preferences as preferencesShape } from "#services/contract/accounts.ts";
import { usualForm } from "#services/domain/english.ts";
import type { UserRow } from "#services/store/store.ts";
import type { Reader } from "./letters.ts";

const noPreferences: Preferences = {
  timeZone: null,
  language: null,
  colorScheme: "auto",
  searchMode: null,
  collection: null,
  countSearches: true,
  // Mails that many would get are sent to those who ask for them.
  notices: {
    imports: { app: true, mail: true },
    alerts: { app: true, mail: "off" },
    devices: { mail: true },
  },
};

export const preferencesOf = (user: Pick<UserRow, "preferences">): Preferences => {
  const read = preferencesShape.safeParse({ ...noPreferences, ...JSON.parse(user.preferences) });
  return read.success ? read.data : noPreferences;
};

/** Whom a letter is written to, and how dates and times are written to them. */
export const readerOf = (user: Pick<UserRow, "email" | "preferences">): Reader => {
  const { language, timeZone } = preferencesOf(user);
  return { to: user.email, form: language ?? usualForm, zone: timeZone };
};
