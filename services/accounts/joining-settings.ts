// What the settings of a provider and of a directory say alike of who joins where, and as what.
import { z } from "zod";
import { memberRole, roleNames } from "#services/contract/accounts.ts";
import { newTeam } from "#services/contract/organizations.ts";
import { readOrganizationId } from "#services/domain/ids.ts";

/** invited: whoever was invited under an address that was verified there; anyone: everybody who can sign in there. */
export const newcomers = ["invited", "anyone"] as const;

const teamName = z
  .string("is no name of a team")
  .trim()
  .refine((name) => newTeam.shape.name.safeParse(name).success, {
    error: "is no name of a team: it has 1 to 100 letters",
  });

/** Fields of a setting in JSON; errors continue a sentence that names the field. */
export const joiningSettings = {
  /** The name of a group → the role of its members. */
  roles: z
    .record(z.string().min(1), memberRole, { error: `maps groups to ${roleNames.join(", ")}` })
    .optional(),
  /** The name of a group → the name of the team that its members are in. */
  teams: z
    .record(z.string().min(1), teamName, { error: "maps groups to names of teams" })
    .optional(),
  /** Who may come that has no account yet. */
  newAccounts: z.enum(newcomers, { error: `is one of ${newcomers.join(", ")}` }),
  /** Where they join. */
  organization: z
    .string()
    .transform((text, ctx) => {
      const id = readOrganizationId(text);
      if (id === undefined)
        ctx.addIssue({ code: "custom", message: "is not the id of an organization" });
      return id ?? z.NEVER;
    })
    .optional(),
};
