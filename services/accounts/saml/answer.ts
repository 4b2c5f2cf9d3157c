// An answer of an identity provider, checked: who signed in, said by whom, to whom, for which request, and until when.
import { type ParlanceError, rejected } from "#services/domain/errors.ts";
import { type Millis, millis, seconds } from "#services/domain/units.ts";
import { type ProviderIdentity, providerRefused } from "../provider-steps.ts";
import { attributesOf, onlyValue, personIn } from "./attributes.ts";
import { openedAssertion } from "./encrypted.ts";
import type { OurSide } from "./request.ts";
import type { SamlSettings } from "./saml-settings.ts";
import {
  assertionNamespace,
  bearer,
  persistentId,
  protocolNamespace,
  signatureNamespace,
  statusPrefix,
  transientId,
} from "./saml-words.ts";
import { signedPart } from "./signed.ts";
import { childrenOf, onlyChild, readXml, withPlainLineEnds, type XmlElement } from "./xml.ts";

export interface SamlAnswer {
  readonly found: ProviderIdentity;
  /** The request that it answers. */
  readonly requestId: string;
  readonly assertionId: string;
  /** Later nobody would take it any more. */
  readonly until: Millis;
}

/** Clocks of servers may differ by so much. */
const SKEW = seconds(60);

/** Values that a provider signed may be shown to whoever runs the server. */
const told = (value: string | undefined): string =>
  value === undefined ? "nothing" : JSON.stringify(value.slice(0, 200));

const notBegunHere = () =>
  rejected("This sign-in began at the provider, and not here.", {
    code: "not-begun-here",
    hint: "Begin from the sign-in page.",
  });

const notNow = (what: string): ParlanceError =>
  rejected(`The sign-in provider's answer ${what}.`, {
    code: "clock-off",
    hint: "Try again. Where that does not help, the clock of this server or that of the provider is wrong.",
  });

const noLastingId = (what: string): ParlanceError =>
  rejected(`The sign-in provider ${what}.`, {
    code: "no-lasting-id",
    hint: "Set the format of the NameID to “persistent” there, or name an attribute that never changes as subjectAttribute here.",
  });

const instant = (text: string | undefined, name: string): number | undefined => {
  if (text === undefined) return undefined;
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u.test(text);
  const at = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw providerRefused(`wrote ${name} as ${told(text)}, which is no time`);
  return at;
};

/** @returns until when it is valid, where it says so */
const checkTimes = ({ attributes }: XmlElement, now: Millis): number | undefined => {
  const from = instant(attributes.get("NotBefore"), "NotBefore");
  const until = instant(attributes.get("NotOnOrAfter"), "NotOnOrAfter");
  if (from !== undefined && now + SKEW < from) throw notNow("is not valid yet");
  if (until !== undefined && now - SKEW >= until) throw notNow("is not valid any more");
  return until;
};

const withAssertion = (name: string) => `did not answer with one ${name}`;

/** The first words of the status, where it is not that all went well. */
const checkStatus = (response: XmlElement): void => {
  const status = onlyChild(response, protocolNamespace, "Status");
  const code = onlyChild(status, protocolNamespace, "StatusCode");
  if (code?.attributes.get("Value") === `${statusPrefix}Success`) return;
  const reason =
    onlyChild(code, protocolNamespace, "StatusCode")?.attributes.get("Value") ??
    code?.attributes.get("Value");
  if (reason === `${statusPrefix}InvalidNameIDPolicy`)
    throw noLastingId("has no persistent NameID for you");
  throw providerRefused(`did not let you in (${told(reason?.replace(statusPrefix, ""))})`);
};

const checkIssuer = (element: XmlElement, { issuer }: SamlSettings): void => {
  const said = onlyChild(element, assertionNamespace, "Issuer")?.text;
  if (said !== issuer)
    throw providerRefused(`calls itself ${told(said)}, and not ${told(issuer)} as in the settings`);
};

/** The bearer's confirmation that is for us, for this request, and now. @returns until when */
const confirmed = (
  subject: XmlElement | undefined,
  { answerUrl }: OurSide,
  requestId: string,
  now: Millis,
): number => {
  const data = childrenOf(subject, assertionNamespace, "SubjectConfirmation")
    .filter(({ attributes }) => attributes.get("Method") === bearer)
    .map((confirmation) => onlyChild(confirmation, assertionNamespace, "SubjectConfirmationData"))
    .filter((one) => one !== undefined);
  const [first] = data;
  if (first === undefined) throw providerRefused("confirmed its subject for no bearer");
  const ours = data.find(({ attributes }) => attributes.get("Recipient") === answerUrl);
  if (ours === undefined)
    throw providerRefused(
      `answered to ${told(first.attributes.get("Recipient"))}, and not to ${told(answerUrl)}`,
    );
  if (ours.attributes.get("InResponseTo") !== requestId)
    throw providerRefused("signed its assertion for another request");
  const until = checkTimes(ours, now);
  if (until === undefined) throw providerRefused("did not say until when its answer may be used");
  return until;
};

const knownConditions = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"];

const checkConditions = (assertion: XmlElement, { entityId }: OurSide, now: Millis): void => {
  const conditions = onlyChild(assertion, assertionNamespace, "Conditions");
  if (conditions === undefined) throw providerRefused(withAssertion("list of conditions"));
  checkTimes(conditions, now);
  const unknown = conditions.children.find(({ name }) => !knownConditions.includes(name));
  if (unknown !== undefined)
    throw providerRefused(`names a condition that is not known here (${told(unknown.name)})`);
  const restrictions = childrenOf(conditions, assertionNamespace, "AudienceRestriction");
  if (restrictions.length === 0) throw providerRefused("did not say whom its answer is for");
  for (const restriction of restrictions) {
    const audiences = childrenOf(restriction, assertionNamespace, "Audience");
    if (!audiences.some(({ text }) => text.trim() === entityId))
      throw providerRefused(
        `answers for ${told(audiences[0]?.text)}, and not for ${told(entityId)}, which is our entity id`,
      );
  }
};

const checkSession = (assertion: XmlElement, now: Millis): void => {
  const statements = childrenOf(assertion, assertionNamespace, "AuthnStatement");
  if (statements.length === 0) throw providerRefused("did not say that somebody signed in");
  for (const { attributes } of statements) {
    const until = instant(attributes.get("SessionNotOnOrAfter"), "SessionNotOnOrAfter");
    if (until !== undefined && now - SKEW >= until) throw notNow("is of a sign-in that is over");
  }
};

/** Who it is, by a name that stays theirs: a NameID for this visit only, or an address, may be somebody else's tomorrow. */
const subjectOf = (
  subject: XmlElement | undefined,
  attributes: ReturnType<typeof attributesOf>,
  { subjectAttribute }: SamlSettings,
): string => {
  const nameId = onlyChild(subject, assertionNamespace, "NameID");
  const format = nameId?.attributes.get("Format");
  if (subjectAttribute === undefined && format === transientId)
    throw noLastingId(
      "sends a NameID of the format “transient”, which is another one at each sign-in",
    );
  if (subjectAttribute === undefined && format !== persistentId)
    throw noLastingId(`sends a NameID of the format ${told(format)} and not “persistent”`);
  const id =
    subjectAttribute === undefined ? nameId?.text : onlyValue(attributes, subjectAttribute);
  if (id === undefined)
    throw noLastingId(`did not send the attribute ${told(subjectAttribute)} with one value`);
  // As long as a persistent NameID may be; it is kept as ASCII.
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/u.test(id))
    throw noLastingId("sends an id that has more than 256 letters, or others than those of ASCII");
  return id;
};

const decoded = (base64: string): string => {
  const bytes = Buffer.from(base64, "base64");
  try {
    return withPlainLineEnds(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw providerRefused("answered with what is no text", cause);
  }
};

const parsed = (xml: string): XmlElement => {
  try {
    return readXml(xml, "nothing else");
  } catch (cause) {
    throw providerRefused(`sent an answer that ${(cause as Error).message}`, cause);
  }
};

/** The one assertion of a response, as it was signed. */
const signedAssertion = async (
  xml: string,
  response: XmlElement,
  { certificates, privateKey }: SamlSettings,
): Promise<XmlElement> => {
  const signature = childrenOf(response, signatureNamespace, "Signature");
  // Where the whole answer is signed as well, that has to be good too.
  if (signature.length > 0) await signedPart(xml, response, certificates);
  const open = childrenOf(response, assertionNamespace, "Assertion");
  const closed = childrenOf(response, assertionNamespace, "EncryptedAssertion");
  const [only, ...more] = [...open, ...closed];
  if (only === undefined || more.length > 0) throw providerRefused(withAssertion("assertion"));
  if (only.name === "Assertion") return signedPart(xml, only, certificates);
  const opened = withPlainLineEnds(await openedAssertion(only, privateKey));
  const assertion = parsed(opened);
  if (assertion.namespace !== assertionNamespace || assertion.name !== "Assertion")
    throw providerRefused("encrypted something else than an assertion");
  return signedPart(opened, assertion, certificates);
};

/**
 * Whom an answer is about. It has to be signed, for us, and for a request; that the request is one of this browser, and that the answer
 * is used once, is for the caller to see to.
 * @param base64 as it came in the form
 * @throws ParlanceError rejected `provider-refused` | `not-begun-here` | `clock-off` | `no-lasting-id`
 */
export const readAnswer = async (
  base64: string,
  settings: SamlSettings,
  our: OurSide,
  now: Millis,
): Promise<SamlAnswer> => {
  const xml = decoded(base64);
  const response = parsed(xml);
  const { attributes } = response;
  if (response.namespace !== protocolNamespace || response.name !== "Response")
    throw providerRefused("sent something else than an answer of SAML 2.0");
  const destination = attributes.get("Destination");
  if (destination !== our.answerUrl)
    throw providerRefused(`answered to ${told(destination)}, and not to ${told(our.answerUrl)}`);
  if (childrenOf(response, assertionNamespace, "Issuer").length > 0)
    checkIssuer(response, settings);
  const requestId = attributes.get("InResponseTo");
  if (requestId === undefined || requestId === "") throw notBegunHere();
  checkStatus(response);

  const assertion = await signedAssertion(xml, response, settings);
  checkIssuer(assertion, settings);
  checkConditions(assertion, our, now);
  checkSession(assertion, now);
  const subject = onlyChild(assertion, assertionNamespace, "Subject");
  const until = confirmed(subject, our, requestId, now);
  const said = attributesOf(assertion);
  return {
    found: {
      issuer: settings.issuer,
      subject: subjectOf(subject, said, settings),
      ...personIn(said, settings),
    },
    requestId,
    assertionId: assertion.attributes.get("ID") ?? "",
    until: millis(until + SKEW),
  };
};
