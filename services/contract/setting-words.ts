// Settings as words, the same in the app and on the command line.
import type { AuditEntry } from "./organizations.ts";
import type { Setting, SettingSource } from "./server.ts";

const sources: Readonly<Record<SettingSource, string>> = {
  "command-line": "command line",
  environment: "environment",
  home: "file in the home",
  default: "default",
};

export const sourceText = (source: SettingSource): string => sources[source];

/** The value in force; of a secret only whether there is one. */
export const settingText = ({
  value,
  isSecret,
  isSet,
}: Pick<Setting, "value" | "isSecret" | "isSet">): string => {
  if (isSecret) return isSet ? "set" : "not set";
  return value ?? "not set";
};

/** The settings that an organization has for itself, as the audit log names them. */
export const organizationSettings = ["name", "requiresSecondFactor", "keepsSearchTexts"] as const;
export type OrganizationSetting = (typeof organizationSettings)[number];

/** Who changed each setting of an organization last. @param entries of `organization.change`, newest first */
export const lastChanges = (
  entries: readonly AuditEntry[],
): ReadonlyMap<OrganizationSetting, AuditEntry> =>
  new Map(
    organizationSettings.flatMap((name) => {
      const last = entries.find(({ details }) => details[name] !== undefined);
      return last === undefined ? [] : [[name, last] as const];
    }),
  );
