// The addresses of the web app, as the server knows them: the first part of each.

/** Of people who sign in, and of what they share; without accounts they show nothing. */
export const accountSections: ReadonlySet<string> = new Set([
  "account",
  "forgot",
  "invitation",
  "organization",
  "register",
  "reset",
  "setup",
  "shared",
  "sign-in",
  "unsubscribe",
  "verify",
]);

/** What is not below one of these is no page of the app. A test compares them with the app's routes. */
export const appSections: ReadonlySet<string> = new Set([
  "",
  "alerts",
  "c",
  "conversation",
  "formats",
  "jobs",
  "search",
  "server",
  "status",
  "words",
  ...accountSections,
]);

/** The first part of a path: `c` of `/c/col_1/topics`. */
export const sectionOf = (path: string): string => path.split("/")[1] ?? "";
