// The addresses of the web app, as the server knows them: the first part of each.

/** What is not below one of these is no page of the app. A test compares them with the app's routes. */
export const appSections: ReadonlySet<string> = new Set([
  "",
  "account",
  "alerts",
  "c",
  "conversation",
  "forgot",
  "invitation",
  "jobs",
  "organization",
  "register",
  "reset",
  "search",
  "setup",
  "shared",
  "sign-in",
  "status",
  "verify",
  "words",
]);

/** The first part of a path: `c` of `/c/col_1/topics`. */
export const sectionOf = (path: string): string => path.split("/")[1] ?? "";
