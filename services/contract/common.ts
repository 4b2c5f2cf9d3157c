// Shapes that all responses share: problems, pages, ids as text.
import { z } from "zod";
import { messageKinds, roles, sourceKinds } from "#services/domain/conversation.ts";

/** RFC 9457 problem+json. `code` is stable; `detail` tells what happened, `hint` what to do about it. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    hint: z.string().optional(),
    requestId: z.string().optional(),
    data: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problem>;

/** Milliseconds since 1970-01-01T00:00Z. */
export const instant = z.int().meta({ description: "Milliseconds since 1970-01-01T00:00Z" });

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

export const roleName = z.enum(roles);
export const kindName = z.enum(messageKinds);
export const sourceName = z.enum(sourceKinds);

/** How well a collection works: in full, in part, or in part until its index has been rebuilt. */
export const collectionHealth = z
  .object({
    state: z.enum(["ok", "degraded", "rebuilding"]),
    /** Why it is not "ok": a stable code and a sentence for people. Empty where it is "ok". */
    reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  })
  .meta({ id: "CollectionHealth" });
export type CollectionHealth = z.infer<typeof collectionHealth>;
