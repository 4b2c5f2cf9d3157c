// The frame of the pages of the organization, for its admins: its name and its tabs.
import { IconLock } from "@tabler/icons-react";
import { useMayAdminister } from "../ui/account/may.ts";
import { useAccount, useSession } from "../ui/account/use-session.ts";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { HomeButton } from "../ui/parts/home-button.tsx";
import { TabbedPage } from "../ui/parts/tabbed-page.tsx";

const ofSearches = { to: "/organization/searches", label: "Searches" } as const;
const tabs = [
  { to: "/organization", label: "Members" },
  { to: "/organization/teams", label: "Teams" },
  { to: "/organization/keys", label: "API keys" },
  { to: "/organization/audit", label: "Audit log" },
  ofSearches,
  { to: "/organization/settings", label: "Settings" },
] as const;

export function OrganizationFrame() {
  const account = useAccount();
  const mayAdminister = useMayAdminister();
  // Where nobody signs in there are no members and no keys; searches are counted all the same.
  const isWithoutAccounts = useSession().kind === "without-accounts";
  if (isWithoutAccounts)
    return <TabbedPage title="Organization" about="Nobody signs in here." tabs={[ofSearches]} />;
  if (!account) return null;
  if (!mayAdminister)
    return (
      <EmptyState
        icon={<IconLock size={36} stroke={1.3} aria-hidden />}
        title="For admins"
        action={<HomeButton />}
      >
        {`Members, teams and settings of ${account.organization.name} are for its owners and admins.`}
      </EmptyState>
    );
  return <TabbedPage title="Organization" about={account.organization.name} tabs={tabs} />;
}
