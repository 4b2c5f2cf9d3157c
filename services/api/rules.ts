// What each route needs of its caller, all in one table: a route that is missing here is not served, and fails a test.
import type { Right } from "#services/accounts/accounts.ts";
import type { AccessLevel } from "#services/contract/organizations.ts";
import type { ApiApp } from "./api-app.ts";

export interface Rule {
  readonly right: Right;
  /** In each collection that it touches; others are not there for it. "read" where nothing is said. */
  readonly level?: AccessLevel;
  /** It is told in the audit log, under this name, before it is done: one entry too many rather than one too few. */
  readonly audit?: string;
  /** It is told with what it makes, in the same transaction: the new thing has no name before. The route does so with `tellMade`. */
  readonly makes?: true;
  /** It is done to what may be another organization's: its log tells it too, in the same transaction. The route does so with `tellOwner`. */
  readonly isForeign?: true;
  /** Its answer takes long: whoever is put out meanwhile is cut off. */
  readonly isLong?: true;
  /** Told in the audit log, under this name, where somebody looks at the app as somebody else. */
  readonly watched?: string;
  /** What it answers is to be taken along: not for whoever looks at the app as somebody else. */
  readonly isTaken?: true;
}

const open: Rule = { right: "public" };
const enrol: Rule = { right: "enrol" };
const self: Rule = { right: "self" };
const read: Rule = { right: "read" };
const search: Rule = { right: "search" };
const searched: Rule = { ...search, watched: "search" };
const opened = (watched: string): Rule => ({ ...read, watched });
const admin: Rule = { right: "admin" };
const scim: Rule = { right: "scim" };
const written = (audit?: string): Rule => ({
  right: "write",
  level: "edit",
  ...(audit === undefined ? {} : { audit }),
});
const imported = (audit: string): Rule => ({ right: "import", level: "edit", audit });
const managed = (audit: string): Rule => ({ right: "write", level: "manage", audit });
const taken = (audit: string): Rule => ({ right: "read", audit, isTaken: true });
const ofAnybody = (audit: string): Rule => ({ right: "server", audit, isForeign: true });
const streamed = (audit: string): Rule => ({ ...taken(audit), isLong: true });

const collection = "/api/v1/collections/{id}";

/** By method and path. */
export const rules: Readonly<Record<string, Rule>> = {
  // Before somebody is known, or with a token of their own in the body.
  "get /api/v1/auth/state": open,
  "post /api/v1/auth/setup": open,
  "post /api/v1/auth/setup/check": open,
  "post /api/v1/auth/sign-in": open,
  "post /api/v1/auth/second-factor": open,
  "post /api/v1/auth/refresh": open,
  "post /api/v1/auth/sign-out": open,
  "post /api/v1/auth/invitation": open,
  "post /api/v1/auth/accept-invitation": open,
  "post /api/v1/auth/forgot": open,
  "post /api/v1/auth/reset": open,
  "post /api/v1/auth/register": open,
  "post /api/v1/auth/passkey/begin": open,
  "post /api/v1/auth/passkey/finish": open,
  "post /api/v1/auth/verify": open,
  "post /api/v1/shared/open": open,
  "post /api/v1/shared/check": open,
  "post /api/v1/shared/file": open,
  "post /api/v1/notices/unsubscribe": open,
  "get /api/v1/auth/providers/{id}/start": open,
  "get /api/v1/auth/providers/{id}/callback": open,
  "post /api/v1/auth/providers/{id}/callback": open,
  "get /api/v1/auth/providers/{id}/metadata": open,
  "get /api/v1/formats": open,
  "get /health": open,
  "get /ready": open,

  "get /api/v1/account": { right: "any" },
  "patch /api/v1/account": self,
  "post /api/v1/account/password": enrol,
  "get /api/v1/account/sessions": self,
  "delete /api/v1/account/sessions/{id}": self,
  "post /api/v1/account/sessions/end-others": self,
  "post /api/v1/account/organization": enrol,
  "post /api/v1/account/totp": enrol,
  "post /api/v1/account/totp/confirm": enrol,
  "post /api/v1/account/totp/remove": self,
  "post /api/v1/account/recovery-codes": self,
  "get /api/v1/account/passkeys": self,
  "post /api/v1/account/passkeys/begin": enrol,
  "post /api/v1/account/passkeys/finish": enrol,
  "patch /api/v1/account/passkeys/{id}": self,
  "delete /api/v1/account/passkeys/{id}": self,
  "post /api/v1/account/passkeys/prove/begin": self,
  "post /api/v1/account/passkeys/prove/finish": self,
  "get /api/v1/account/identities": self,
  "post /api/v1/account/identities/{provider}/start": self,
  "delete /api/v1/account/identities/{provider}": self,
  "get /api/v1/account/keys": self,
  "post /api/v1/account/keys": self,
  "delete /api/v1/account/keys/{id}": self,
  "post /api/v1/account/tickets": self,
  "get /api/v1/account/presence": { right: "any" },
  "get /api/v1/account/looks": self,
  "post /api/v1/account/look/end": { right: "any" },
  "post /api/v1/account/delete": self,
  "get /api/v1/account/export": { ...self, audit: "account.export" },
  "get /api/v1/account/owned": self,
  "put /api/v1/account/picture": self,
  "delete /api/v1/account/picture": self,
  "get /api/v1/account/notices": self,
  "post /api/v1/account/notices/seen": self,

  "post /api/v1/accounts/on": { right: "server" },
  "post /api/v1/accounts/off": { right: "operator" },
  "post /api/v1/accounts/setup-link": { right: "operator" },

  "get /api/v1/organizations": { right: "server" },
  "post /api/v1/organizations": { right: "server" },
  "get /api/v1/settings": { right: "server" },
  "get /api/v1/model": { right: "server" },
  "get /api/v1/models": read,
  "get /api/v1/models/{id}": read,
  [`post ${collection}/try-model`]: { right: "write", level: "edit", audit: "model.try" },
  "post /api/v1/models": { right: "server", audit: "model.add" },
  "delete /api/v1/models/{id}": { right: "server", audit: "model.remove" },
  "post /api/v1/models/{id}/default": { right: "server", audit: "model.default" },
  "post /api/v1/models/{id}/test": { right: "server" },
  "post /api/v1/models/{id}/bench": { right: "server" },
  "get /api/v1/storage": { right: "server" },
  "get /api/v1/given-up-jobs": { right: "server" },
  "post /api/v1/given-up-jobs/{id}/retry": ofAnybody("server.job.retry"),
  "delete /api/v1/given-up-jobs/{id}": ofAnybody("server.job.forget"),

  "get /api/v1/sign-in-providers": { right: "server" },
  "post /api/v1/sign-in-providers": { right: "server" },
  "post /api/v1/sign-in-providers/test": { right: "server" },
  "post /api/v1/sign-in-providers/{id}/test": { right: "server" },
  "patch /api/v1/sign-in-providers/{id}": { right: "server" },
  "delete /api/v1/sign-in-providers/{id}": { right: "server" },
  "patch /api/v1/organizations/{id}/quotas": { right: "server" },

  "get /api/v1/organization": { right: "any" },
  "patch /api/v1/organization": admin,
  "get /api/v1/organization/quotas": admin,
  "get /api/v1/people": read,
  "get /api/v1/people/{id}/picture": read,
  "get /api/v1/members": admin,
  "get /api/v1/members/export": { right: "admin", audit: "members.export" },
  "patch /api/v1/members/{id}": admin,
  "delete /api/v1/members/{id}": admin,
  "post /api/v1/members/{id}/reset-second-factor": admin,
  "post /api/v1/members/{id}/reset-link": admin,
  "post /api/v1/members/{id}/end-sessions": admin,
  "get /api/v1/members/{id}/sessions": admin,
  "delete /api/v1/members/{id}/sessions/{session}": admin,
  "post /api/v1/members/{id}/look": admin,
  "get /api/v1/invitations": admin,
  "post /api/v1/invitations": admin,
  "delete /api/v1/invitations/{id}": admin,
  "get /api/v1/teams": admin,
  "post /api/v1/teams": admin,
  "patch /api/v1/teams/{id}": admin,
  "delete /api/v1/teams/{id}": admin,
  "get /api/v1/keys": admin,
  "post /api/v1/keys": admin,
  "delete /api/v1/keys/{id}": admin,
  "get /api/v1/audit": admin,
  "get /api/v1/audit/check": admin,
  "get /api/v1/audit/export": { right: "admin", audit: "audit.export", isLong: true },

  "get /api/v1/collections": read,
  "post /api/v1/collections": { right: "import", audit: "collection.make", makes: true },
  [`get ${collection}`]: read,
  [`patch ${collection}`]: managed("collection.change"),
  [`delete ${collection}`]: managed("collection.delete"),
  [`get ${collection}/access`]: { right: "read", level: "manage" },
  [`put ${collection}/access`]: { right: "write", level: "manage" },
  [`get ${collection}/shares`]: { right: "read", level: "manage" },
  [`post ${collection}/shares`]: { right: "write", level: "manage" },
  [`delete ${collection}/shares/{share}`]: { right: "write", level: "manage" },
  [`get ${collection}/uploads`]: read,
  [`put ${collection}/uploads`]: imported("upload.make"),
  [`post ${collection}/uploads`]: imported("upload.make"),
  [`post ${collection}/uploads/resumable`]: imported("upload.make"),
  // Parts of a file whose upload the log was told of.
  [`get ${collection}/uploads/resumable/{upload}`]: { right: "import", level: "edit" },
  [`patch ${collection}/uploads/resumable/{upload}`]: { right: "import", level: "edit" },
  [`delete ${collection}/uploads/resumable/{upload}`]: imported("upload.delete"),
  [`get ${collection}/cleaning`]: { right: "read", level: "manage" },
  [`put ${collection}/cleaning`]: managed("collection.cleaning"),
  [`post ${collection}/cleaning/preview`]: { right: "read", level: "manage" },
  [`get ${collection}/cleaning/findings`]: { right: "read", level: "manage" },
  [`get ${collection}/cleaning/report`]: {
    ...streamed("collection.cleaning-report"),
    level: "manage",
  },
  [`get ${collection}/columns`]: read,
  [`delete ${collection}/columns/{columns}`]: written("collection.columns"),
  "get /api/v1/uploads/{id}": read,
  "get /api/v1/uploads/{id}/columns": read,
  "put /api/v1/uploads/{id}/columns": imported("upload.columns"),
  "get /api/v1/uploads/{id}/events": { right: "read", isLong: true },
  "get /api/v1/uploads/{id}/original": streamed("upload.original"),
  "post /api/v1/uploads/{id}/confirm": imported("upload.confirm"),
  "post /api/v1/uploads/{id}/cancel": imported("upload.cancel"),
  "post /api/v1/uploads/{id}/retry": imported("upload.retry"),
  "delete /api/v1/uploads/{id}": imported("upload.delete"),

  "get /api/v1/searches": admin,
  "post /api/v1/searches/opened": search,
  "post /api/v1/search": searched,
  [`post ${collection}/search`]: searched,
  "post /api/v1/answer": searched,
  [`post ${collection}/answer`]: searched,
  // Asks the one above on behalf of the same caller.
  "post /api/v1/answer/written": { right: "search", isLong: true },
  [`post ${collection}/answer/written`]: { right: "search", isLong: true },
  [`get ${collection}/conversations`]: opened("conversation.list"),
  "get /api/v1/conversations/{id}": opened("conversation.open"),
  "get /api/v1/messages/{id}/raw": opened("message.open"),
  "get /api/v1/attachments/{id}": { ...opened("attachment.open"), isLong: true },
  [`get ${collection}/export`]: streamed("collection.export"),

  [`get ${collection}/versions`]: read,
  [`get ${collection}/versions/diff`]: read,
  [`post ${collection}/versions/{version}/tags`]: written(),
  [`delete ${collection}/versions/{version}/tags/{tag}`]: written(),
  [`get ${collection}/analysis`]: read,
  [`post ${collection}/analysis`]: written(),
  [`put ${collection}/analysis/settings`]: managed("collection.analysis-settings"),
  [`get ${collection}/analysis/files/{name}`]: { ...read, isTaken: true },
  [`get ${collection}/topics`]: read,
  [`get ${collection}/topics/{topic}`]: opened("topic.open"),
  [`get ${collection}/topic-events`]: read,
  [`get ${collection}/topic-edits`]: read,
  [`post ${collection}/topic-edits`]: written(),
  [`delete ${collection}/topic-edits/{edit}`]: written(),
  [`get ${collection}/map`]: read,
  [`get ${collection}/map/points`]: read,
  [`get ${collection}/map/columns/{name}`]: read,
  [`get ${collection}/map/points/{point}`]: opened("message.open"),
  [`post ${collection}/map/hits`]: searched,
  [`get ${collection}/merges`]: read,
  [`get ${collection}/merge-suggestions`]: read,
  // It compares all of their messages, which is for those who may merge them.
  [`post ${collection}/merges/preview`]: written(),
  [`post ${collection}/merges`]: { ...written("conversation.merge"), makes: true },
  [`delete ${collection}/merges/{merge}`]: written("conversation.unmerge"),
  [`get ${collection}/people`]: opened("people.list"),
  [`post ${collection}/people/edits`]: written("people.change"),
  [`delete ${collection}/people/edits/{edit}`]: written("people.undo"),
  // Of whoever asks only: nobody else sees anything of it. A key has to be for writing too.
  [`put ${collection}/people/me`]: read,
  [`post ${collection}/people/suggestions/accept`]: written("people.change"),
  [`post ${collection}/people/suggestions/dismiss`]: written("people.dismiss"),
  [`get ${collection}/labels`]: read,
  [`post ${collection}/labels`]: written(),
  [`delete ${collection}/labels/{label}`]: written(),
  [`post ${collection}/figures`]: read,
  [`post ${collection}/messages`]: opened("message.list"),
  [`post ${collection}/compare`]: read,
  [`get ${collection}/overview`]: read,
  [`get ${collection}/report`]: taken("collection.report"),
  [`get ${collection}/concepts`]: read,
  [`post ${collection}/concepts`]: { ...written("concept.make"), makes: true },
  [`get ${collection}/concepts/{concept}`]: read,
  [`patch ${collection}/concepts/{concept}`]: written("concept.change"),
  [`delete ${collection}/concepts/{concept}`]: written("concept.delete"),
  [`post ${collection}/concepts/{concept}/examples`]: written(),
  [`post ${collection}/concepts/{concept}/test-webhook`]: written("concept.test-webhook"),
  [`get ${collection}/concepts/{concept}/hits`]: opened("concept.open"),
  [`get ${collection}/concepts/{concept}/trend`]: read,

  "get /api/v1/jobs": read,
  "post /api/v1/jobs/{id}/retry": imported("job.retry"),
  "post /api/v1/jobs/{id}/cancel": imported("job.cancel"),
  "delete /api/v1/jobs/{id}": imported("job.forget"),
  "get /api/v1/alerts": read,
  "post /api/v1/alerts/seen": written(),

  "get /scim/v2/ServiceProviderConfig": scim,
  "get /scim/v2/ResourceTypes": scim,
  "get /scim/v2/ResourceTypes/{id}": scim,
  "get /scim/v2/Schemas": scim,
  "get /scim/v2/Schemas/{id}": scim,
  "get /scim/v2/Users": scim,
  "post /scim/v2/Users": scim,
  "get /scim/v2/Users/{id}": scim,
  "put /scim/v2/Users/{id}": scim,
  "patch /scim/v2/Users/{id}": scim,
  "delete /scim/v2/Users/{id}": scim,
  "get /scim/v2/Groups": scim,
  "post /scim/v2/Groups": scim,
  "get /scim/v2/Groups/{id}": scim,
  "put /scim/v2/Groups/{id}": scim,
  "patch /scim/v2/Groups/{id}": scim,
  "delete /scim/v2/Groups/{id}": scim,

  "post /v1/embeddings": { right: "embed" },
  "post /api/embed": { right: "embed" },
  "post /api/embeddings": { right: "embed" },
  "post /embed": { right: "embed" },
  "get /api/tags": { right: "any" },
  "get /api/version": { right: "any" },
  "get /info": { right: "any" },
  "get /v1/models": { right: "any" },
  "get /v1/models/{id}": { right: "any" },
};

/** As Hono writes a path: `{id}` is `:id`; a model's name may have slashes. */
export const honoPath = (path: string): string =>
  path === "/v1/models/{id}" ? "/v1/models/:id{.+}" : path.replaceAll(/\{(\w+)\}/gu, ":$1");

/** @throws Error where the app has a route that no rule names: nobody could reach it, or somebody who should not */
export const requireRules = (app: ApiApp): void => {
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const route = `${definition.route.method} ${definition.route.path}`;
    if (rules[route] === undefined) throw new Error(`No rule says who may ask “${route}”.`);
  }
};
