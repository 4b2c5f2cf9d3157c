// The frame of the pages about the whole server, for whoever runs it: its tabs.
import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMayRunServer } from "../ui/account/may.ts";
import { useSession } from "../ui/account/use-session.ts";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { HomeButton } from "../ui/parts/home-button.tsx";
import { TabbedPage } from "../ui/parts/tabbed-page.tsx";

const tabs = [
  { to: "/server", label: "Settings" },
  { to: "/server/model", label: "Models" },
  { to: "/server/storage", label: "Storage" },
] as const;
const ofAccounts = [
  { to: "/organization/all", label: "All organizations" },
  { to: "/organization/sign-in", label: "Sign-in" },
] as const;

export function ServerFrame() {
  const { kind } = useSession();
  const mayRunServer = useMayRunServer();
  if (kind === "starting") return null;
  if (!mayRunServer)
    return (
      <EmptyState
        icon={<IconLock size={36} stroke={1.3} aria-hidden />}
        title="For whoever runs this server"
        action={<HomeButton />}
      >
        Its organizations, settings and storage are for the owners of its first organization, while
        they work in it.
      </EmptyState>
    );
  return (
    <TabbedPage
      title="Server"
      about={
        <>
          Whether all of it works:{" "}
          <Link to="/status" className="text-link">
            Server status
          </Link>
        </>
      }
      // Where nobody signs in there is one organization, and nothing to list.
      tabs={kind === "signed-in" ? [...ofAccounts, ...tabs] : tabs}
    />
  );
}
