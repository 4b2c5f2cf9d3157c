// Health, readiness and the facts of this instance, as HTTP carries them.
import { z } from "zod";

export const readiness = z
  .object({
    ready: z.boolean(),
    version: z.string(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
    model: z.object({ id: z.string(), dim: z.int(), fingerprint: z.string() }),
    providers: z.object({
      asked: z.array(z.string()),
      active: z.string(),
      fallback: z.string().nullable(),
    }),
    engines: z.array(
      z.object({ name: z.string(), available: z.boolean(), reason: z.string().nullable() }),
    ),
  })
  .meta({ id: "Readiness" });
export type Readiness = z.infer<typeof readiness>;

export const formatList = z
  .object({
    formats: z.array(z.object({ source: z.string(), name: z.string(), accepts: z.string() })),
  })
  .meta({ id: "FormatList" });
