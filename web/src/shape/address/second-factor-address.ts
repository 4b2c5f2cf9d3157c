// The second factor that a sign-in at a provider still needs: it is in the fragment of the sign-in page's address.
import { needsSecondFactor, type SignInAnswer } from "#services/contract/accounts.ts";

/** "second-factor=TOKEN&methods=totp,passkey" → what the sign-in page asks for; undefined where there is none. */
export const secondFactorIn = (hash: string): SignInAnswer | undefined => {
  const words = new URLSearchParams(hash);
  const read = needsSecondFactor.safeParse({
    kind: "second-factor",
    token: words.get("second-factor"),
    methods: words.get("methods")?.split(","),
  });
  return read.success && read.data.token !== "" ? read.data : undefined;
};
