// Offers passkeys in the list of the e-mail field of a page, for as long as the page is open.
import { useEffect, useState } from "react";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { knowsPasskeys, offerPasskeys } from "../../api/passkeys.ts";

/** @param onAnswer the same function at every call. @returns why a passkey that was chosen did not sign in */
export const useOfferedPasskeys = (onAnswer: (answer: SignInAnswer) => void): unknown => {
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!knowsPasskeys()) return undefined;
    const leaving = new AbortController();
    offerPasskeys(leaving.signal).then(
      (answer) => {
        if (answer !== undefined) onAnswer(answer);
      },
      (refused: unknown) => setError(refused),
    );
    return () => leaving.abort();
  }, [onAnswer]);
  return error;
};
