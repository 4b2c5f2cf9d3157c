// Says to a server that whoever asks can read its files: with a token that is signed by its secret.
import { openOperator } from "#services/accounts/operator.ts";
import type { Config } from "#services/config/config.ts";

/** Such a token lives for a minute; it is made anew well before. */
const FRESH_MS = 20_000;

/** @returns the header Authorization for each request; undefined where the secret is not at hand */
export const operatorHeader = (config: Config): (() => Promise<string | undefined>) => {
  const token = openOperator(config);
  let made: { readonly at: number; readonly header: Promise<string | undefined> } | undefined;
  return () => {
    const at = performance.now();
    if (made === undefined || at - made.at > FRESH_MS)
      made = { at, header: token().then((text) => text && `Bearer ${text}`) };
    return made.header;
  };
};
