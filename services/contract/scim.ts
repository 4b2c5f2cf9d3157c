// Users and groups as identity providers send and read them by SCIM 2.0 (RFC 7643, RFC 7644).
import { z } from "zod";
import { emailAddress } from "./accounts.ts";

const core = "urn:ietf:params:scim:schemas:core:2.0";
const messages = "urn:ietf:params:scim:api:messages:2.0";
/** Names of what is in a body. */
export const scimUrn = {
  user: `${core}:User`,
  group: `${core}:Group`,
  config: `${core}:ServiceProviderConfig`,
  resourceType: `${core}:ResourceType`,
  schema: `${core}:Schema`,
  list: `${messages}:ListResponse`,
  patch: `${messages}:PatchOp`,
  error: `${messages}:Error`,
} as const;

/** Where everything of SCIM is. */
export const SCIM_BASE = "/scim/v2";
/** Resources in one answer at most; as many as asked for up to that. */
export const MAX_PAGE = 500;
/** Operations in one PATCH, and members that one request names, at most. */
export const MAX_OPERATIONS = 1000;
export const MAX_NAMED = 10_000;

const text = (longest: number) => z.string().trim().max(longest);
/** Entra sends "True" and "False" as words. */
const truth = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(?:true|false)$/iu, "is true or false")
    .transform((word) => word.toLowerCase() === "true"),
]);
const one = z.object({
  value: text(1000),
  type: text(60).optional(),
  primary: truth.optional(),
  display: text(300).optional(),
});
const few = z.array(one).max(20).optional();

/** What is kept of a user, as it was given. What else is sent is not kept. */
export const scimUser = z.object({
  userName: z
    .string({ error: "is missing" })
    .trim()
    .pipe(emailAddress.meta({ description: "An e-mail address" })),
  externalId: text(300).optional(),
  displayName: text(256).optional(),
  name: z
    .object({
      formatted: text(256).optional(),
      familyName: text(256).optional(),
      givenName: text(256).optional(),
      middleName: text(256).optional(),
    })
    .optional(),
  active: truth.default(true),
  emails: few,
  /** Names of roles of members; others are refused. */
  roles: few,
});
export type ScimUser = z.infer<typeof scimUser>;

export const scimGroup = z.object({
  displayName: text(256).min(1, "is missing"),
  externalId: text(300).optional(),
  members: z
    .array(z.object({ value: text(100) }))
    .max(MAX_NAMED)
    .default([]),
});
export type ScimGroup = z.infer<typeof scimGroup>;

export const scimPatch = z.object({
  Operations: z
    .array(
      z.object({
        op: text(20)
          .transform((word) => word.toLowerCase())
          .pipe(z.enum(["add", "remove", "replace"])),
        path: text(1000).optional(),
        value: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(MAX_OPERATIONS),
});
export type ScimOperation = z.infer<typeof scimPatch>["Operations"][number];

/** The fields of a body that the app looks at; the routes read them once the names are spelled as here. */
export const scimBody = z.looseObject({ schemas: z.array(z.string()).optional() });

export const scimQuery = z.object({
  filter: z.string().max(2000).optional(),
  /** The first is 1; what is lower counts as 1. */
  startIndex: z.coerce.number().int().default(1),
  count: z.coerce.number().int().default(100),
  /** Names with commas between. */
  attributes: z.string().max(1000).optional(),
  excludedAttributes: z.string().max(1000).optional(),
});
export type ScimQuery = z.infer<typeof scimQuery>;

const meta = z.object({
  resourceType: z.string(),
  created: z.string(),
  lastModified: z.string(),
  location: z.string(),
});
export const scimUserResource = scimUser
  .partial()
  .extend({
    schemas: z.array(z.string()),
    id: z.string(),
    groups: z.array(z.object({ value: z.string(), display: z.string() })).optional(),
    meta,
  })
  .meta({ id: "ScimUser" });
export const scimGroupResource = z
  .object({
    schemas: z.array(z.string()),
    id: z.string(),
    externalId: z.string().optional(),
    displayName: z.string().optional(),
    members: z.array(z.object({ value: z.string(), display: z.string() })).optional(),
    meta,
  })
  .meta({ id: "ScimGroup" });
export const scimList = z
  .object({
    schemas: z.array(z.string()),
    totalResults: z.int(),
    startIndex: z.int(),
    itemsPerPage: z.int(),
    Resources: z.array(z.looseObject({})),
  })
  .meta({ id: "ScimList" });
export const scimError = z
  .object({
    schemas: z.array(z.string()),
    /** As a word: "404". */
    status: z.string(),
    scimType: z.string().optional(),
    detail: z.string(),
  })
  .meta({ id: "ScimError" });
export type ScimError = z.infer<typeof scimError>;
