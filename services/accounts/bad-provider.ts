// The refusal of a provider or a directory that is written wrongly, with the field that is to be changed.
import type { z } from "zod";
import { rejected } from "#services/domain/errors.ts";

/** @param field its name; "" where it is about none */
export const wrongField = (field: string, message: string) =>
  rejected(`${[field, message].filter(Boolean).join(" ")}.`, {
    code: "bad-provider",
    ...(field === "" ? {} : { data: { field } }),
  });

/** The first thing that a schema found. */
export const badProvider = ({ issues: [issue] }: z.ZodError) =>
  wrongField(issue?.path.map(String).join(".") ?? "", issue?.message ?? "This is not understood");
