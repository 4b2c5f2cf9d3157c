// The frame of the pages of the organization, for its admins: its name and its tabs.
import { IconLock } from "@tabler/icons-react";
import { administers, runsServer } from "../shape/words/roles.ts";
import { useAccount } from "../ui/account/use-session.ts";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { TabbedPage } from "../ui/parts/tabbed-page.tsx";

const tabs = [
  { to: "/organization", label: "Members" },
  { to: "/organization/teams", label: "Teams" },
  { to: "/organization/keys", label: "API keys" },
  { to: "/organization/audit", label: "Audit log" },
  { to: "/organization/settings", label: "Settings" },
] as const;
const ofServer = [
  { to: "/organization/all", label: "All organizations" },
  { to: "/organization/sign-in", label: "Sign-in" },
] as const;

export function OrganizationFrame() {
  const account = useAccount();
  if (!account) return null;
  if (!administers(account.role))
    return (
      <EmptyState icon={<IconLock size={36} stroke={1.3} aria-hidden />} title="For admins">
        {`Members, teams and settings of ${account.organization.name} are for its owners and admins.`}
      </EmptyState>
    );
  return (
    <TabbedPage
      title="Organization"
      about={account.organization.name}
      tabs={runsServer(account) ? [...tabs, ...ofServer] : tabs}
    />
  );
}
