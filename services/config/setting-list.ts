// All settings with their meaning, default and allowed values, read from the schemas' source, where a comment says what each means.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Setting {
  readonly name: string;
  readonly meaning: string;
  /** As the schema has it; undefined where there is none, or it depends on the machine. */
  readonly byDefault: string | undefined;
  /** Where only some values are allowed. */
  readonly values: readonly string[];
}

const SETTING =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(PARLANCE_[A-Z_]+):([\s\S]*?)(?=,\n {2}(?:\/\*\*|PARLANCE_|\}\)|\n)|,\n\}\)?;)/gu;

const sourceOf = (name: string) => readFileSync(join(import.meta.dirname, `${name}.ts`), "utf8");

/** The settings of all schemas in their order. Node runs this source, so that it is there wherever the program is. */
export const readSettings = (): Setting[] => {
  const general = /const environment = z\.object\(\{[\s\S]*?\n\}\);/u.exec(sourceOf("config"));
  const ofAccounts = /const accountShape = \{[\s\S]*?\n\};/u.exec(sourceOf("account-settings"));
  const ofAttachments = /const attachmentShape = \{[\s\S]*?\n\};/u.exec(
    sourceOf("attachment-settings"),
  );
  const schemas = `${general?.[0]}\n${ofAccounts?.[0]}\n${ofAttachments?.[0]}`;
  return [...schemas.matchAll(SETTING)].map(([, comment = "", name = "", rule = ""]) => {
    const values = /z\.enum\(\[([^\]]*)\]/u.exec(rule)?.[1] ?? "";
    return {
      name,
      meaning: comment.replaceAll(/\s*\n\s*\*\s*/gu, " ").trim(),
      byDefault: /\.default\(\[?"?([^")\]]*)"?\]?\)/u.exec(rule)?.[1],
      values: [...values.matchAll(/"([^"]*)"/gu)].map(([, value = ""]) => value),
    };
  });
};
