// The frame of the pages of one's own account: its title and its tabs.
import { useAccount } from "../ui/account/use-session.ts";
import { TabbedPage } from "../ui/parts/tabbed-page.tsx";

const tabs = [
  { to: "/account", label: "Profile" },
  { to: "/account/security", label: "Security" },
  { to: "/account/sessions", label: "Sessions" },
  { to: "/account/keys", label: "API keys" },
] as const;

export function AccountFrame() {
  const account = useAccount();
  return <TabbedPage title="Account" about={account?.user?.email} tabs={tabs} />;
}
