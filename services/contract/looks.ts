// Looking at the app as somebody else, read-only, in requests and responses.
import { z } from "zod";
import { passwordProof } from "./accounts.ts";
import { instant } from "./common.ts";

/** Why, for the log and for the person; and the password of whoever looks. */
export const lookRequest = passwordProof.extend({ reason: z.string().trim().min(1).max(200) });

export const startedLook = z
  .object({
    /** Sent as `Authorization: Bearer …`: whatever is read with it is what that person may read. It is shown this once. */
    access: z.string(),
    /** When it ends, in seconds from now. */
    expiresIn: z.int(),
    as: z.object({ id: z.string(), name: z.string() }),
  })
  .meta({ id: "StartedLook" });
export type StartedLook = z.infer<typeof startedLook>;

export const lookList = z.object({
  looks: z.array(
    z
      .object({
        id: z.string(),
        /** Who looked: a name; null for the command line beside the data. */
        by: z.string().nullable(),
        organization: z.string(),
        reason: z.string(),
        beganAt: instant,
        /** Null while it goes on. */
        endedAt: instant.nullable(),
      })
      .meta({ id: "Look", description: "A time in which somebody saw the app as this person" }),
  ),
});
