// For tests: a real identity provider of SAML on this machine (samlify), and a browser that signs in there over HTTP.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { escapedHtml } from "#services/domain/html.ts";
import { aCertificate } from "../certificate.builders.ts";
import { listening, stopped } from "../provider-server.builders.ts";

interface Entity {
  readonly entityMeta: {
    getEntityID(): string;
    getAssertionConsumerService(binding: string): string;
  };
  getMetadata(): string;
}
interface Request {
  readonly extract: { readonly request: { readonly id: string } };
}
interface IdpEntity extends Entity {
  parseLoginRequest(client: Entity, binding: string, request: object): Promise<Request>;
  createLoginResponse(
    client: Entity,
    request: Request,
    binding: string,
    user: object,
    options: { customTagReplacement(): { readonly id: string; readonly context: string } },
  ): Promise<{ readonly context: string }>;
}
interface Samlify {
  IdentityProvider(settings: object): IdpEntity;
  ServiceProvider(settings: { readonly metadata: string }): Entity;
  readonly SamlLib: {
    readonly defaultLoginResponseTemplate: { readonly context: string };
    replaceTagsByValue(template: string, tags: Readonly<Record<string, string>>): string;
  };
  setSchemaValidator(validator: { validate(xml: string): Promise<unknown> }): void;
}

const require = createRequire(import.meta.url);
/** Its own types bring those of browsers along, which would be everywhere then. */
const { IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator }: Samlify =
  require("samlify");

const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/** samlify asks for a validator; what it is given here is made by ourselves. */
setSchemaValidator({ validate: async () => "good" });

const attribute = (name: string, values: readonly string[]) =>
  `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue xsi:type="xs:string">${value}</saml:AttributeValue>`).join("")}</saml:Attribute>`;

const statements = (login: string): string =>
  `<saml:AuthnStatement AuthnInstant="${new Date().toISOString()}" SessionIndex="_${randomUUID()}"><saml:AuthnContext>` +
  "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>" +
  `</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${attribute("email", [`${login}@example.org`])}` +
  `${attribute("displayName", [`Dr ${login}`])}${attribute("groups", ["staff", `${login}s`])}</saml:AttributeStatement>`;

const page = (action: string, fields: Readonly<Record<string, string>>, more = ""): string => {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapedHtml(value)}"/>`,
  );
  return `<!doctype html><html lang="en"><title>Sign in</title><form method="post" action="${escapedHtml(action)}">${inputs.join("")}${more}<button>Go on</button></form></html>`;
};

export interface IdentityProviderSettings {
  /** Takes requests only that are signed with the key of the metadata. */
  readonly wantsSigned?: boolean;
  readonly encrypts?: boolean;
}

/** People have the e-mail address `<login>@example.org` and the groups `staff` and `<login>s`. */
export const anIdentityProvider = async ({
  wantsSigned = false,
  encrypts = false,
}: IdentityProviderSettings = {}) => {
  const { key, cert } = aCertificate("id.example.org", 2048);
  const server = createServer();
  const origin = await listening(server);
  const context = SamlLib.defaultLoginResponseTemplate.context;
  const provider = IdentityProvider({
    entityID: `${origin}/metadata`,
    privateKey: key,
    signingCert: cert,
    isAssertionEncrypted: encrypts,
    wantAuthnRequestsSigned: wantsSigned,
    nameIDFormat: [persistent],
    requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    singleSignOnService: [{ Binding: redirect, Location: `${origin}/sign-in` }],
  });
  let known: Entity | undefined;
  const client = () => {
    if (known === undefined) throw new Error("The provider was told of no client.");
    return known;
  };
  /** Who signs in, for a request in the address: the form that brings the answer back. */
  const answer = async (url: URL, login: string): Promise<string> => {
    const query = Object.fromEntries(url.searchParams);
    // What the signature is of: the address as it came, without the signature.
    const octetString = url.search.slice(1).replace(/&Signature=[^&]*/u, "");
    const asked = await provider.parseLoginRequest(client(), "redirect", { query, octetString });
    const id = `_${randomUUID()}`;
    const answerUrl = client().entityMeta.getAssertionConsumerService("post");
    const now = Date.now();
    const tags = {
      ID: id,
      AssertionID: `_${randomUUID()}`,
      Destination: answerUrl,
      Audience: client().entityMeta.getEntityID(),
      SubjectRecipient: answerUrl,
      Issuer: provider.entityMeta.getEntityID(),
      IssueInstant: new Date(now).toISOString(),
      StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
      ConditionsNotBefore: new Date(now).toISOString(),
      ConditionsNotOnOrAfter: new Date(now + 300_000).toISOString(),
      SubjectConfirmationDataNotOnOrAfter: new Date(now + 300_000).toISOString(),
      NameIDFormat: persistent,
      NameID: `id-of-${login}`,
      InResponseTo: asked.extract.request.id,
    };
    const made = await provider.createLoginResponse(
      client(),
      asked,
      "post",
      {},
      {
        customTagReplacement: () => ({
          id,
          context: SamlLib.replaceTagsByValue(
            context.replace("{AuthnStatement}{AttributeStatement}", statements(login)),
            tags,
          ),
        }),
      },
    );
    return page(answerUrl, {
      SAMLResponse: made.context,
      RelayState: query["RelayState"] ?? "",
    });
  };
  const answered = async (request: IncomingMessage): Promise<string> => {
    const url = new URL(request.url ?? "/", origin);
    if (request.method !== "POST")
      return page(`${url.pathname}${url.search}`, {}, '<input name="login"/>');
    const login = new URLSearchParams(await text(request)).get("login") ?? "";
    return answer(url, login);
  };
  server.on("request", (request, response) => {
    answered(request).then(
      (html) => response.setHeader("content-type", "text/html; charset=utf-8").end(html),
      (error) => response.writeHead(400).end(String(error)),
    );
  });
  return {
    /** As Parlance is told of it. */
    metadata: provider.getMetadata(),
    issuer: `${origin}/metadata`,
    /** As it is told of Parlance. */
    meet: (metadata: string) => {
      known = ServiceProvider({ metadata });
    },
    close: () => stopped(server),
  };
};

const field = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`, "u").exec(html)?.[1] ?? "";

/** What a browser does at the address to which it was sent: fills in the form there. @returns the form that it then sends to us */
export const signingInThere = async (
  location: string,
  login: string,
): Promise<{ readonly action: string; readonly form: URLSearchParams }> => {
  const body = new URLSearchParams({ login });
  const answer = await fetch(location, { method: "POST", body });
  const html = await answer.text();
  if (answer.status !== 200) throw new Error(`The provider answered ${answer.status}: ${html}`);
  const [, action = ""] = /action="([^"]+)"/u.exec(html) ?? [];
  const form = new URLSearchParams({
    SAMLResponse: field(html, "SAMLResponse"),
    RelayState: field(html, "RelayState"),
  });
  return { action, form };
};
