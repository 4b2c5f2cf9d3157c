// Members, invitations, teams, access to collections and the audit log of an organization, in requests and responses.
import { z } from "zod";
import { emailAddress, memberRole, personName } from "./accounts.ts";
import { instant } from "./common.ts";
import { organizationQuotas } from "./quotas.ts";

export const organization = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Whether each member needs a second factor. */
    requiresSecondFactor: z.boolean(),
    /** Whether it is kept what is searched for, and not only how often. */
    keepsSearchTexts: z.boolean(),
    /** Whether owners and admins may look at the app as a member sees it, read-only. */
    allowsLooking: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: "Organization" });
export const organizationPatch = z.object({
  name: personName.optional(),
  requiresSecondFactor: z.boolean().optional(),
  /** Turned off, what was kept is deleted. */
  keepsSearchTexts: z.boolean().optional(),
  /** For owners. Turned off, every look that goes on ends. */
  allowsLooking: z.boolean().optional(),
});
export const organizationList = z
  .object({
    organizations: z.array(
      organization.extend({
        members: z.int(),
        collections: z.int(),
        /** As they are counted everywhere. */
        messages: z.int(),
        /** Of the files that were uploaded. */
        bytes: z.int(),
        embeddings: z.int(),
        /** Waiting or in hand. */
        jobs: z.int(),
        quotas: organizationQuotas,
      }),
    ),
  })
  .meta({ id: "Organizations" });
export const newOrganization = z.object({
  name: personName,
  /** Who is invited as its first owner. */
  owner: emailAddress,
});

export const member = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: memberRole,
    /** invited: made by SCIM, and not here yet. */
    state: z.enum(["active", "suspended", "invited"]),
    /** An identity provider looks after them by SCIM: it undoes what is changed here. */
    keptByScim: z.boolean(),
    secondFactor: z.boolean(),
    joinedAt: instant,
    lastSeenAt: instant.nullable(),
    /** Of their picture (`/people/{id}/picture`); null where they have none. */
    picture: z.string().nullable(),
  })
  .meta({ id: "Member" });
export const memberList = z.object({ members: z.array(member) });
export const memberPatch = z.object({
  role: memberRole.optional(),
  state: z.enum(["active", "suspended"]).optional(),
});

export const newInvitation = z.object({ email: emailAddress, role: memberRole.default("member") });
export const invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: memberRole,
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: "Invitation" });
export const invitationList = z.object({ invitations: z.array(invitation) });
export const madeInvitation = z
  .object({
    invitation,
    /** To be passed on; null where it was sent by mail. */
    link: z.string().nullable(),
  })
  .meta({ id: "MadeInvitation" });
export const madeOrganization = z
  .object({ organization, invitation: madeInvitation })
  .meta({ id: "MadeOrganization" });
/** For a member who forgot the password, where no mail is sent. */
export const resetLink = z.object({ link: z.string() }).meta({ id: "ResetLink" });

export const team = z
  .object({
    id: z.string(),
    name: z.string(),
    /** As of a member. */
    keptByScim: z.boolean(),
    members: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: "Team" });
export const teamList = z.object({ teams: z.array(team) });
export const newTeam = z.object({ name: personName });
export const teamPatch = z.object({
  name: personName.optional(),
  /** Ids of all its members from now on. */
  members: z.array(z.string().max(60)).max(1000).optional(),
});

/** Whom something may be shared with: for anybody in the organization, so names only. */
export const peopleList = z
  .object({
    people: z.array(z.object({ id: z.string(), name: z.string(), picture: z.string().nullable() })),
    teams: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: "PeopleList" });

export const accessLevels = ["read", "edit", "manage"] as const;
export const accessLevel = z.enum(accessLevels).meta({
  id: "AccessLevel",
  description: "read; edit: imports, topics, labels; manage: also settings, access, deletion",
});
export type AccessLevel = z.infer<typeof accessLevel>;
export const grant = z
  .object({
    kind: z.enum(["user", "team"]),
    id: z.string().max(60),
    level: accessLevel,
  })
  .meta({ id: "Grant" });
/** Who may open a collection. */
export const collectionAccess = z
  .object({
    /** What every member of the organization may do (viewers only read); null: only those who are named. */
    everybody: z.enum(["read", "edit"]).nullable(),
    grants: z.array(grant.extend({ name: z.string() })),
  })
  .meta({ id: "CollectionAccess" });
export const collectionAccessPut = z.object({
  everybody: z.enum(["read", "edit"]).nullable(),
  grants: z.array(grant).max(1000),
});

export const auditEntry = z
  .object({
    seq: z.int(),
    at: instant,
    /** Who did it: a member's or key's name, "operator" for the command line beside the data. */
    actor: z.string(),
    actorId: z.string().nullable(),
    /** Such as `sign-in`, `member.role`, `collection.delete`. */
    action: z.string(),
    /** The id of what it was done to; null where that is nothing. */
    target: z.string().nullable(),
    /** Ids, names and numbers; never the text of a message. */
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    network: z.string().nullable(),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof auditEntry>;
export const auditQuery = z.object({
  action: z.string().max(60).optional(),
  actor: z.string().max(60).optional(),
  after: z.coerce.number().int().optional(),
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export const auditList = z
  .object({ entries: z.array(auditEntry), nextCursor: z.string().nullable() })
  .meta({ id: "AuditList" });
/** Whether nobody changed or removed an entry since it was written. */
export const auditCheck = z
  .object({ ok: z.boolean(), entries: z.int(), brokenAt: z.int().nullable() })
  .meta({ id: "AuditCheck" });
