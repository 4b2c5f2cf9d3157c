// Who is signed in, for components.
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { Account } from "#services/contract/accounts.ts";
import { accountQuery } from "../../api/account.ts";
import { currentSession, type Look, onSession, type Session } from "../../api/session.ts";

export const useSession = (): Session => useSyncExternalStore(onSession, currentSession);

/** As whom this tab sees the app, read-only; undefined where everything is one's own. */
export const useLook = (): Look | undefined => {
  const session = useSession();
  return session.kind === "signed-in" ? session.look : undefined;
};

/** The name of the person as whom this tab saw the app until it was over. */
export const usePastLook = (): string | undefined => {
  const session = useSession();
  return session.kind === "signed-in" ? session.pastLook : undefined;
};

/** Undefined where people do not sign in, and before it is known. */
export const useAccount = (): Account | undefined => {
  const session = useSession();
  return useQuery({ ...accountQuery, enabled: session.kind === "signed-in" }).data;
};

/** Whether one's account has a password, which proves that it is still the same person. True until it is known. */
export const useHasPassword = (): boolean => useAccount()?.user?.hasPassword !== false;

/** The fewest characters of a new password. */
export const usePasswordLength = (): number => {
  const session = useSession();
  return "about" in session ? (session.about?.passwordLength ?? 1) : 1;
};
