// Where somebody goes after signing in: a page of this app, never another site.
import { appSections, sectionOf } from "#services/contract/app-addresses.ts";

/** Pages for people who are not signed in. */
export const doorSections: ReadonlySet<string> = new Set([
  "forgot",
  "invitation",
  "register",
  "reset",
  "setup",
  "sign-in",
  "verify",
]);

const here = "http://app.invalid";

/** The path of a page of this app → itself; anything else → the home page. */
export const returnPath = (to: string | undefined): string => {
  if (to?.startsWith("/") !== true || !URL.canParse(to, here)) return "/";
  // Read as the browser reads it: two slashes, a backslash or a tab between them begin the name of another site.
  const { origin, pathname, search, hash } = new URL(to, here);
  const section = sectionOf(pathname);
  const isPage = origin === here && appSections.has(section) && !doorSections.has(section);
  return isPage ? `${pathname}${search}${hash}` : "/";
};
