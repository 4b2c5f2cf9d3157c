// Who changed each setting of the organization last, as its audit log tells.
import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntry } from "#services/contract/organizations.ts";
import { lastChanges, type OrganizationSetting } from "#services/contract/setting-words.ts";
import { auditLogQuery } from "../../api/organization.ts";
import { actorText } from "../../shape/words/audit.ts";
import { date, fullTime } from "../../shape/words/times.ts";
import { Section } from "../parts/section.tsx";

const labels: Readonly<Record<OrganizationSetting, string>> = {
  name: "Name",
  requiresSecondFactor: "Every member needs a second factor",
  keepsSearchTexts: "Keep what is searched for",
};

const valueText = (value: AuditEntry["details"][string] | undefined): string => {
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value ?? "");
};

export function SettingChanges() {
  const { data } = useInfiniteQuery(auditLogQuery({ action: "organization.change" }));
  const changes = lastChanges(data?.pages.flatMap(({ entries }) => entries) ?? []);
  if (changes.size === 0) return null;
  return (
    <Section title="Last changes" about="The audit log has all of them.">
      <ul className="card rows" aria-label="Last changes">
        {[...changes].map(([name, entry]) => (
          <li key={name}>
            <div className="row-main">
              <span className="row-title">{labels[name]}</span>
              <span className="row-sub">{valueText(entry.details[name])}</span>
            </div>
            <span className="row-sub">
              {actorText(entry)},{" "}
              <time dateTime={new Date(entry.at).toISOString()} title={fullTime(entry.at)}>
                {date(entry.at)}
              </time>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
