// Signing in by SAML 2.0: a request by redirect, and an answer that the browser brings in a form of the provider's page.
import { rejected } from "#services/domain/errors.ts";
import type { Clock } from "#services/domain/units.ts";
import { type PendingSignIn, wrongState } from "../pending-sign-in.ts";
import { type ProviderSteps, providerRefused } from "../provider-steps.ts";
import { readAnswer, type SamlAnswer } from "./answer.ts";
import { type OurSide, ourMetadata, signInAddress } from "./request.ts";
import type { SamlSettings } from "./saml-settings.ts";

export interface SamlSteps extends ProviderSteps {
  /**
   * What a form brought, checked, before it is known whose browser it was: cookies do not come with forms of other sites.
   * @throws ParlanceError as `readAnswer`
   */
  receive(base64: string, redirectUri: string): Promise<SamlAnswer>;
  /** Ours, as XML. */
  metadata(redirectUri: string): string;
}

/** Of the request: it stands in the browser's cookie only, and in the signed answer. XML's ids begin with no digit. */
const requestIdOf = ({ nonce }: PendingSignIn): string => `_${nonce}`;

const ourSide = ({ entityId }: SamlSettings, redirectUri: string): OurSide => ({
  answerUrl: redirectUri,
  entityId: entityId ?? redirectUri.replace(/callback$/u, "metadata"),
});

/** Why a form was refused, as it came back with the browser. */
const formProblems: ReadonlySet<string> = new Set(["clock-off", "no-lasting-id", "too-many-tries"]);

const formRefused = (problem: string) =>
  formProblems.has(problem)
    ? rejected("The sign-in provider's answer was refused.", { code: problem })
    : providerRefused("sent an answer that was refused");

/**
 * People are known by the provider's id here besides its entity id: nothing proves that whoever entered an entity id in settings may
 * speak for it, so that nobody who can sign in by one provider is taken for somebody of another.
 */
export const samlIssuerOf = (id: string, issuer: string): string => `saml:${id}:${issuer}`;

export const samlSteps = (
  settings: SamlSettings & { readonly id: string },
  now: Clock,
): SamlSteps => ({
  leave: async ({ pending, redirectUri }) =>
    signInAddress(settings, ourSide(settings, redirectUri), {
      id: requestIdOf(pending),
      relayState: pending.state,
      at: now(),
    }),
  arrive: async ({ pending, answer, received }) => {
    const problem = answer.get("problem");
    if (problem !== null) throw formRefused(problem);
    if (received === undefined) throw wrongState();
    // What was signed for a request of another browser is worth nothing in this one.
    if (received.requestId !== requestIdOf(pending)) throw wrongState();
    return received.found;
  },
  receive: async (base64, redirectUri) => {
    const answer = await readAnswer(base64, settings, ourSide(settings, redirectUri), now());
    const issuer = samlIssuerOf(settings.id, answer.found.issuer);
    return { ...answer, found: { ...answer.found, issuer } };
  },
  metadata: (redirectUri) => ourMetadata(settings, ourSide(settings, redirectUri)),
});
