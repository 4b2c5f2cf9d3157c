// How much an organization may use, what it has used, and what is set for it, in requests and responses.
import { z } from "zod";

/** 0: any number. Beyond it is no number that a limit would be needed for. */
const limit = z.int().min(0).max(1_000_000_000_000_000);

export const quota = z
  .object({
    /** What holds now; 0: any number. */
    limit: z.int(),
    /** What is set for this organization; null: as the server's settings say. */
    own: z.int().nullable(),
    /** What the server's settings say. */
    server: z.int(),
    /** In this minute, today (UTC), kept now; null where it is not counted, since any number is allowed. */
    used: z.int().nullable(),
  })
  .meta({ id: "Quota" });
export type Quota = z.infer<typeof quota>;

export const organizationQuotas = z
  .object({
    /** Of all its people and keys together. */
    requestsPerMinute: quota,
    /** At /v1/embeddings, in a day (UTC). */
    tokensPerDay: quota,
    /** Of files that were uploaded, or are being uploaded. */
    storedBytes: quota,
  })
  .meta({ id: "OrganizationQuotas" });
export type OrganizationQuotas = z.infer<typeof organizationQuotas>;
export type QuotaName = keyof OrganizationQuotas;

/** 0: any number; null: as the server's settings say; what is left out stays. */
export const quotasPatch = z.strictObject({
  requestsPerMinute: limit.nullable().optional(),
  tokensPerDay: limit.nullable().optional(),
  storedBytes: limit.nullable().optional(),
});
export type QuotasPatch = z.infer<typeof quotasPatch>;
