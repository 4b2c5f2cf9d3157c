// Tries a provider that speaks SAML: its certificates, and whether its page takes our request; everything but a person.
import { X509Certificate } from "node:crypto";
import type { TestStep } from "#services/contract/sign-in-providers.ts";
import { newPendingSignIn } from "../pending-sign-in.ts";
import type { SamlConfig } from "../provider-config.ts";
import { samlSteps } from "../saml/saml.ts";
import { failed, ok, sentenceOf, shown, unclear } from "./step.ts";
import { type Around, clockStep, get, openWatchedFetch, type Watched } from "./web.ts";

const SOON_MS = 30 * 24 * 60 * 60 * 1000;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const certificatesStep = ({ certificates }: SamlConfig, { now }: Around): TestStep => {
  const name = "Certificates";
  const ends = certificates.map((pem) => new X509Certificate(pem).validToDate.getTime());
  const last = Math.max(...ends);
  const count = ends.length === 1 ? "one certificate" : `${ends.length} certificates`;
  if (last <= now())
    // Providers sign with certificates that have ended, and sign-ins work: what counts is the key.
    return unclear(
      name,
      `Answers are checked with ${count}; the last one ended on ${dayOf(last)}.`,
      "Look whether the provider has another one by now, and paste its metadata again.",
    );
  return ok(
    name,
    `Answers are checked with ${count}, good until ${dayOf(last)}.`,
    last - now() < SOON_MS
      ? "Paste the provider's metadata again once it has the next certificate."
      : null,
  );
};

const pageStep = async (
  { fetch }: Watched,
  config: SamlConfig,
  { redirectUri, now }: Around,
): Promise<TestStep> => {
  const name = "Sign-in page";
  const ours = config.entityId ?? redirectUri.replace(/callback$/u, "metadata");
  const hint = `The provider has to know our entity id, ${ours}, and where answers go, ${redirectUri}`;
  try {
    const pending = newPendingSignIn({}, now);
    const page = await samlSteps(config, now).leave({ pending, redirectUri });
    const { status } = await fetch(page.href, get("text/html"));
    return status < 400
      ? ok(name, "The provider shows its sign-in page.", hint)
      : failed(name, `The provider refuses the request (${status}).`, hint);
  } catch (error) {
    return failed(name, sentenceOf(error), "Open the address of the provider in a browser.");
  }
};

export const trySaml = async (config: SamlConfig, around: Around): Promise<TestStep[]> => {
  const watched = openWatchedFetch(config, around.now);
  const page = await pageStep(watched, config, around);
  return [
    ok("Identity provider", `Its entity id is ${shown(config.issuer)}.`),
    certificatesStep(config, around),
    page,
    clockStep(watched),
  ];
};
