// Answers that come in a form of a provider's page, without our cookies: checked, kept for a moment, and taken by the browser that began.
import { z } from "zod";
import { ParlanceError } from "#services/domain/errors.ts";
import { invitationId } from "#services/domain/ids.ts";
import { addLink, findLink, spend, takeLink } from "#services/store/store.ts";
import { forgetTry, takeTry } from "./limits.ts";
import { type AccountParts, change, hashOf, minutes, randomToken } from "./parts.ts";
import { wrongState } from "./pending-sign-in.ts";
import { providerRefused, type ReceivedAnswer } from "./provider-steps.ts";

const KIND = "answer";
/** The browser comes for it at once. */
const KEPT_FOR = minutes(2);

const kept = z.object({
  found: z
    .object({
      issuer: z.string(),
      subject: z.string(),
      email: z.string().optional(),
      emailVerified: z.boolean(),
      name: z.string().optional(),
      groups: z.array(z.string()),
    })
    // JSON leaves out what is undefined.
    .transform(({ email, name, ...found }) => ({ email, name, ...found })),
  requestId: z.string(),
});

interface Asking {
  readonly provider: string;
  readonly address: string;
}

/** Counts a try that fails. @throws ParlanceError rejected `too-many-tries` (429), and whatever `work` throws */
export const withinTries = async <T>(
  parts: AccountParts,
  { provider, address }: Asking,
  work: () => Promise<T>,
): Promise<T> => {
  const tried = { kind: "elsewhere", account: `${provider} ${address}`, address } as const;
  await takeTry(parts, tried);
  const result = await work();
  await forgetTry(parts, tried);
  return result;
};

/** A token is worth something at the provider that it was made for only. */
const hashFor = (provider: string, token: string): string => hashOf(`${provider} ${token}`);
const contextOf = (provider: string, hash: string) => ["links", KIND, provider, hash];

/** Each answer once, on whatever server. @returns the token of what is kept */
const keep = async (parts: AccountParts, provider: string, form: string): Promise<string> => {
  const { found, requestId, assertionId, until } = await parts.providers.receive(provider, form);
  const token = randomToken();
  const hash = hashFor(provider, token);
  const received: ReceivedAnswer = { found, requestId };
  const now = parts.now();
  await change(parts, async (rows) => {
    const name = `assertion ${hashOf(JSON.stringify([found.issuer, assertionId]))}`;
    if (!(await spend(rows, name, until)))
      throw providerRefused("gave an answer that was used before");
    await addLink(rows, {
      hash,
      kind: KIND,
      id: invitationId(parts.newId()),
      in_organization: null,
      user_id: null,
      email: null,
      role: null,
      made_by: null,
      created_at: now,
      until: now + KEPT_FOR,
      used_at: null,
      sealed: parts.keyring.seal(JSON.stringify(received), contextOf(provider, hash)),
    });
  });
  return token;
};

/**
 * What to put behind the address to which a browser comes back: to whom it belongs is told by its cookie there.
 * @throws ParlanceError rejected `not-begun-here`, where no browser of ours waits for it
 */
export const receiveForm = async (
  parts: AccountParts,
  { provider, address }: Asking,
  form: { readonly answer: string; readonly relayState: string },
): Promise<URLSearchParams> => {
  const state = { state: form.relayState };
  try {
    const token = await withinTries(parts, { provider, address }, () =>
      keep(parts, provider, form.answer),
    );
    return new URLSearchParams({ ...state, answer: token });
  } catch (error) {
    if (!(error instanceof ParlanceError) || error.kind === "corrupt") throw error;
    // Most of this only whoever runs the server can mend; of a flood there is no more to say than of what began it.
    if (error.code !== "too-many-tries")
      parts.warn(`A sign-in at the provider “${provider}” was refused: ${error.message}`);
    if (error.code === "not-begun-here") throw error;
    return new URLSearchParams({ ...state, problem: error.code });
  }
};

/** What came in a form before, by the token in the address of a browser; undefined where there is none. */
export const takeForm = async (
  parts: AccountParts,
  provider: string,
  { url }: { readonly url: string },
): Promise<ReceivedAnswer | undefined> => {
  const token = URL.parse(url, "http://here.invalid")?.searchParams.get("answer");
  if (!token) return undefined;
  const hash = hashFor(provider, token);
  return change(parts, async (rows) => {
    const link = await findLink(rows, KIND, hash, parts.now());
    if (link?.sealed == null || !(await takeLink(rows, hash, parts.now()))) throw wrongState();
    return kept.parse(JSON.parse(parts.keyring.open(link.sealed, contextOf(provider, hash))));
  });
};
