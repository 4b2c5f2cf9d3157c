// What whoever looks may do: in a collection by its level, and everywhere by the role. What they may not do is not offered.
import { useQuery } from "@tanstack/react-query";
import type { Collection } from "#services/contract/collections.ts";
import { collectionQuery } from "../../api/collections.ts";
import { administers, runsServer } from "../../shape/words/roles.ts";
import { useAccount, useSession } from "./use-session.ts";

/** Undefined until it is known: nothing is offered before that. */
const useLevel = (collection: string | undefined): Collection["level"] | undefined =>
  useQuery({ ...collectionQuery(collection ?? ""), enabled: collection !== undefined }).data?.level;

/** Import, and change topics, labels and concepts. */
export const useMayEdit = (collection: string | undefined): boolean => {
  const level = useLevel(collection);
  return level === "edit" || level === "manage";
};

/** Change settings and access, and delete it. */
export const useMayManage = (collection: string): boolean => useLevel(collection) === "manage";

/** Make collections, and import into them. */
export const useMayImport = (): boolean => {
  const session = useSession();
  const account = useAccount();
  return session.kind === "signed-in"
    ? account !== undefined && account.role !== "viewer"
    : session.kind === "without-accounts";
};

/** Look after the organization: where people sign in, its owners and admins; elsewhere whoever is there. */
export const useMayAdminister = (): boolean => {
  const session = useSession();
  const account = useAccount();
  return session.kind === "signed-in"
    ? account !== undefined && administers(account.role)
    : session.kind === "without-accounts";
};

/** Look after the whole server: the owners of its first organization, or whoever is there where nobody signs in. */
export const useMayRunServer = (): boolean => {
  const session = useSession();
  const account = useAccount();
  return session.kind === "signed-in"
    ? account !== undefined && runsServer(account)
    : session.kind === "without-accounts";
};
