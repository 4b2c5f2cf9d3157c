// What is written to people: invitations, links for a new password or to confirm an address, and warnings.

import { dateFormat, type EnglishForm } from "#services/domain/english.ts";
import { rejected } from "#services/domain/errors.ts";
import { escapedHtml } from "#services/domain/html.ts";
import type { Millis } from "#services/domain/units.ts";

/** A letter to one person, as plain text and the same as HTML. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Of what is not necessary: the address by which a mail program ends such letters, with one click (RFC 8058). */
  readonly unsubscribe?: string;
}

/** Whom a letter is written to, and how times are written to them. */
export interface Reader {
  readonly to: string;
  readonly form: EnglishForm;
  /** IANA zone; UTC where they named none. */
  readonly zone: string | null;
}

type Part = string | { readonly link: string; readonly label: string };

const MAX_NAME = 100;

/**
 * A name as it may stand in a letter: one line, and nothing that a mail program makes a link of. Whoever names an organization could
 * otherwise have this server send links of theirs.
 */
export const plainName = (name: string): string =>
  [
    ...name
      .normalize("NFC")
      .replace(/[\p{C}\p{Z}/\\:@<>]+/gu, " ")
      .replace(/\.(?=\S)/gu, ". ")
      .trim(),
  ]
    .slice(0, MAX_NAME)
    .join("");

const checkedLink = (link: string): string => {
  const url = URL.parse(link);
  if (url === null || !/^https?:$/u.test(url.protocol))
    throw rejected("A letter can only hold a web address.", { code: "bad-link" });
  return url.href;
};

const paragraph = (part: Part): string =>
  typeof part === "string"
    ? `<p>${escapedHtml(part)}</p>`
    : `<p><a href="${escapedHtml(part.link)}">${escapedHtml(part.label)}</a></p>`;

const letter = (to: string, subject: string, parts: readonly Part[]): Letter => {
  const checked = parts.map((part) =>
    typeof part === "string" ? part : { ...part, link: checkedLink(part.link) },
  );
  return {
    to,
    subject,
    text: `${checked.map((part) => (typeof part === "string" ? part : part.link)).join("\n\n")}\n`,
    html: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapedHtml(subject)}</title></head><body>\n${checked.map(paragraph).join("\n")}\n</body></html>\n`,
  };
};

const counted = (count: number, unit: string): string =>
  `${count} ${unit}${count === 1 ? "" : "s"}`;

/** An address with its prefix, and nothing else. */
const plainNetwork = (network: string): string => network.replace(/[^\d.:a-f/]/gu, "") || "unknown";

/** "30 Nov 2026, 14:05 UTC" */
const timeText = (at: Millis, { form, zone }: Omit<Reader, "to">): string => {
  const name = { timeZoneName: "short" } as const;
  try {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone ?? "UTC", ...name });
    const shown = parts.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
    return `${dateFormat(form, "day-clock", zone ?? "UTC")(at)} ${shown ?? ""}`.trim();
  } catch (error) {
    if (!(error instanceof RangeError) || zone === null) throw error;
    // A zone that this machine does not know.
    return timeText(at, { form, zone: null });
  }
};
const unexpected = "If you did not expect this, you need not do anything.";

/** To somebody who is invited to an organization. */
export const invitationLetter = (about: {
  readonly to: string;
  readonly organization: string;
  readonly invitedBy: string | undefined;
  readonly link: string;
  readonly days: number;
}): Letter => {
  const organization = plainName(about.organization);
  const who = about.invitedBy === undefined ? undefined : plainName(about.invitedBy);
  return letter(about.to, `Invitation to ${organization}`, [
    who === undefined
      ? `You are invited to “${organization}” on Parlance.`
      : `“${who}” invites you to “${organization}” on Parlance.`,
    { link: about.link, label: "Accept the invitation" },
    `The link works once, within ${counted(about.days, "day")}. ${unexpected}`,
  ]);
};

/** To somebody who forgot the password. */
export const resetLetter = (about: {
  readonly to: string;
  readonly link: string;
  readonly minutes: number;
}): Letter =>
  letter(about.to, "A new password for Parlance", [
    "Somebody, probably you, asked for a new password for your account on Parlance.",
    { link: about.link, label: "Choose a new password" },
    `The link works once, within ${counted(about.minutes, "minute")}. If it was not you, your password stays as it is.`,
  ]);

/** To somebody who gave this address as theirs. */
export const verificationLetter = (about: {
  readonly to: string;
  readonly link: string;
  readonly hours: number;
}): Letter =>
  letter(about.to, "Confirm your address for Parlance", [
    "This address was given for an account on Parlance.",
    { link: about.link, label: "Confirm that it is yours" },
    `The link works once, within ${counted(about.hours, "hour")}. ${unexpected}`,
  ]);

/** From where somebody's account was used. */
interface UseOfAccount {
  readonly to: Reader;
  /** Such as “Firefox on Linux”. */
  readonly device: string;
  /** The network part of the address. */
  readonly network: string;
  readonly at: Millis;
  /** The page where sessions are listed and ended. */
  readonly link: string;
}

/** To somebody whose session was used by somebody else too, and was therefore ended. */
export const usedElsewhereLetter = (about: UseOfAccount): Letter =>
  letter(about.to.to, "Your account on Parlance was used elsewhere", [
    "A session of yours was used from two places at once, as happens when it was stolen. It was ended in both.",
    `The second place: ${plainName(about.device)}, network ${plainNetwork(about.network)}, ${timeText(about.at, about.to)}.`,
    "Sign in again and look through your sessions. If anything there is not yours, change your password.",
    { link: about.link, label: "Look through the sessions" },
  ]);

/** To somebody as whom somebody signed in from a device that they have not used for a while. */
export const newDeviceLetter = (about: UseOfAccount): Letter =>
  letter(about.to.to, "A sign-in to Parlance from a new device", [
    "Somebody, probably you, signed in to your account on Parlance from a device that it has not been used from in the last 90 days.",
    `${plainName(about.device)}, network ${plainNetwork(about.network)}, ${timeText(about.at, about.to)}.`,
    "If that was you, you need not do anything. Otherwise end that session, change your password, and tell an admin of your organization.",
    { link: about.link, label: "Look through the sessions" },
    "Mails about new devices can be turned off in your profile.",
  ]);

/** To the former address of somebody who has another one from now on. */
const movedLetter = ({ to, at }: { readonly to: Reader; readonly at: Millis }): Letter =>
  letter(to.to, "Your account on Parlance has another address", [
    `The address of your account on Parlance was changed: ${timeText(at, to)}. Your organization and the provider at which you sign in both gave the new one. Letters go there from now on.`,
    "If you did not expect this, tell an admin of your organization.",
  ]);

/** To somebody whose password or address is another one from now on, or whose second factor was taken away. */
export const changedLetter = (about: {
  /** Where the address was changed, the former one. */
  readonly to: Reader;
  readonly what: "password" | "factor" | "address";
  readonly at: Millis;
}): Letter => {
  if (about.what === "address") return movedLetter(about);
  const what = about.what === "password" ? "password" : "second factor";
  const done = about.what === "password" ? "changed" : "removed";
  return letter(about.to.to, `The ${what} of your account on Parlance was ${done}`, [
    `The ${what} of your account on Parlance was ${done}: ${timeText(about.at, about.to)}.`,
    "If that was you, or an admin at your request, you need not do anything. Otherwise ask for a new password on the sign-in page now, and tell an admin of your organization.",
  ]);
};

/** To somebody as whom an owner or admin looks at the app. */
export const lookedAsLetter = (about: {
  readonly to: Reader;
  /** Undefined for the command line of whoever runs the server. */
  readonly by: string | undefined;
  readonly organization: string;
  readonly reason: string;
  readonly at: Millis;
  /** The page that lists every such time. */
  readonly link: string;
}): Letter => {
  const who = about.by === undefined ? "Whoever runs the server" : `“${plainName(about.by)}”`;
  return letter(about.to.to, "Somebody looks at Parlance as you", [
    `${who} sees “${plainName(about.organization)}” on Parlance as you see it, for up to half an hour from ${timeText(about.at, about.to)}. Nothing can be changed in that time, and your account, keys and sign-in are not shown.`,
    `The reason that was given: “${plainName(about.reason)}”.`,
    "The audit log of the organization tells what was opened. If you do not know why, ask an owner.",
    { link: about.link, label: "See when this was done" },
  ]);
};

/** To an address for which somebody tried to register although it has an account: the page must not tell. */
export const alreadyRegisteredLetter = (about: {
  readonly to: string;
  readonly link: string;
}): Letter =>
  letter(about.to, "You have an account on Parlance already", [
    "Somebody, probably you, tried to make an account on Parlance with this address. It has one already.",
    { link: about.link, label: "Sign in" },
    "There you can also ask for a new password. If it was not you, you need not do anything.",
  ]);

/** One thing that somebody asked to be told, in a line, with the page that shows it. */
export interface Told {
  readonly says: string;
  readonly link: string;
  readonly label: string;
}

/** To somebody who wants to know what happened in the collections that they open. */
export const noticesLetter = (about: {
  readonly to: string;
  readonly subject: string;
  readonly told: readonly Told[];
  /** The page, and the address for mail programs, that end such letters. */
  readonly unsubscribe: { readonly page: string; readonly address: string };
}): Letter => ({
  ...letter(about.to, about.subject, [
    ...about.told.flatMap(({ says, link, label }) => [says, { link, label }]),
    "You get this because your profile on Parlance says so. This link ends such mails:",
    { link: about.unsubscribe.page, label: "No more of these mails" },
  ]),
  unsubscribe: checkedLink(about.unsubscribe.address),
});
