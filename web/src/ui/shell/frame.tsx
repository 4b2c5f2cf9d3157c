// The frame of the app: the shell for whoever may use it, the door for people who are not signed in, nothing before that is known.
import { useQuery } from "@tanstack/react-query";
import { Outlet, useLocation, useMatches, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { sectionOf } from "#services/contract/app-addresses.ts";
import { accountQuery } from "../../api/account.ts";
import { watchPresence } from "../../api/presence.ts";
import { doorSections } from "../../shape/address/return-path.ts";
import { useFirstPage } from "../account/use-first-page.ts";
import { usePreferences } from "../account/use-preferences.ts";
import { useLook, useSession } from "../account/use-session.ts";
import { Door, Starting } from "../door/door.tsx";
import { GoTo } from "../door/entrance.tsx";
import { ErrorMessage } from "../parts/error-message.tsx";
import { lazyPart } from "../parts/lazy-part.tsx";
import { Shell } from "./shell.tsx";
import { SignOutButton } from "./sign-out.tsx";

const Enrolment = lazyPart(
  () => import("../account/enrolment.tsx").then((file) => file.Enrolment),
  { missing: "panel" },
);

const accountSections: ReadonlySet<string> = new Set(["account", "organization"]);

/** Pages about accounts, which are nowhere else. Searches are counted everywhere. */
const isOfAccounts = (pathname: string): boolean =>
  accountSections.has(sectionOf(pathname)) && pathname !== "/organization/searches";

/** @param isFinal whoever was here does not come back */
function ToSignIn({ isFinal }: { readonly isFinal: boolean }) {
  const navigate = useNavigate();
  // As it is at first: it changes with the navigation, before this is gone.
  const [wanted] = useState(useLocation({ select: (location) => location.href }));
  useEffect(() => {
    const search = isFinal || wanted === "/" ? {} : { to: wanted };
    void navigate({ to: "/sign-in", search, replace: true });
  }, [navigate, wanted, isFinal]);
  return <Starting />;
}

/** Where a look as somebody else is over, what is open may not be there for whoever looked. */
const useWayBack = (isOwn: boolean) => {
  const navigate = useNavigate();
  const wasOwn = useRef(isOwn);
  useEffect(() => {
    if (isOwn && !wasOwn.current) void navigate({ to: "/organization" });
    wasOwn.current = isOwn;
  }, [isOwn, navigate]);
};

function SignedIn() {
  const { data, error, refetch } = useQuery(accountQuery);
  const isOwn = useLook() === undefined;
  useEffect(() => watchPresence(isOwn), [isOwn]);
  useWayBack(isOwn);
  // Until the recovery codes were seen: the account says that the second factor is there before that.
  const [isEnrolling, setIsEnrolling] = useState(false);
  const isReady = usePreferences(data);
  const isPlaced = useFirstPage(data);
  if (data === undefined && error !== null)
    return (
      <Door actions={<SignOutButton />}>
        <ErrorMessage error={error} retry={() => void refetch()} />
      </Door>
    );
  if (data === undefined || !isReady || !isPlaced) return <Starting />;
  if (data.secondFactor.required && !isEnrolling) setIsEnrolling(true);
  if (isEnrolling)
    return (
      <Door actions={<SignOutButton />}>
        <Enrolment account={data} onDone={() => setIsEnrolling(false)} />
      </Door>
    );
  return <Shell />;
}

export function Frame() {
  const session = useSession();
  // Of the page that is drawn, which the address is ahead of while the next one loads.
  const pathname = useMatches({ select: (matches) => matches.at(-1)?.pathname ?? "/" });
  const section = sectionOf(pathname);
  const isAtDoor = doorSections.has(section);
  // For whoever has the link, signed in or not: they have a frame of their own.
  if (section === "shared" || section === "unsubscribe") return <Outlet />;
  switch (session.kind) {
    case "starting":
      return <Starting />;
    case "failed":
      return (
        <Door>
          <ErrorMessage error={session.error} retry={() => window.location.reload()} />
        </Door>
      );
    case "without-accounts":
      return isAtDoor || isOfAccounts(pathname) ? <GoTo path="/" /> : <Shell />;
    case "signed-out":
      if (!isAtDoor) return <ToSignIn isFinal={session.isDeleted === true} />;
      break;
    case "signed-in":
      if (!isAtDoor) return <SignedIn />;
  }
  return (
    <Door>
      <Outlet />
    </Door>
  );
}
