// Who is signed in, for components.
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { Account } from "#services/contract/accounts.ts";
import { accountQuery } from "../../api/account.ts";
import { currentSession, onSession, type Session } from "../../api/session.ts";

export const useSession = (): Session => useSyncExternalStore(onSession, currentSession);

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
