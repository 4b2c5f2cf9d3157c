// Mails about the security of an account, which its owner always gets where mail is sent. Nobody waits for them.
import type { UserRow } from "#services/store/store.ts";
import { changedLetter } from "./letters.ts";
import { type AccountParts, warnOf } from "./parts.ts";
import { readerOf } from "./preferences.ts";

/** That the password or the address is another one, or that the second factor is gone: whoever did not do so has to hear of it. */
export const tellOfChange = (
  parts: Pick<AccountParts, "mail" | "now" | "warn">,
  user: Pick<UserRow, "email" | "preferences"> | undefined,
  what: "password" | "factor" | "address",
): void => {
  if (user === undefined) return;
  parts.mail
    ?.send(changedLetter({ to: readerOf(user), what, at: parts.now() }))
    .catch(warnOf(parts));
};
