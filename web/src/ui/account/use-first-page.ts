// Where the app opens for whoever comes to no page of it: with the collection that they chose in their profile.
import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Account } from "#services/contract/accounts.ts";
import { collectionQuery } from "../../api/collections.ts";

/**
 * Opens the chosen collection where the app was opened, or signed in to, at its first page; links to that page go there all the same.
 * @returns whether it is decided, so that the first page is not shown before
 */
export const useFirstPage = (account: Account | undefined): boolean => {
  const navigate = useNavigate();
  // As it is at first: whoever looks for the list of collections later finds it.
  const [isFirst, setIsFirst] = useState(useLocation({ select: ({ href }) => href === "/" }));
  // The second factor is set up first, and whoever looks as somebody else comes to see something else.
  const isOpen = account !== undefined && !account.secondFactor.required && account.look == null;
  const chosen = (isFirst && isOpen && account.user?.preferences.collection) || null;
  const { data, isError } = useQuery({
    ...collectionQuery(chosen ?? ""),
    enabled: chosen !== null,
    // One that is deleted, or not shared any more: the first page is shown.
    retry: false,
  });
  const isDecided = account !== undefined && (chosen === null || data !== undefined || isError);
  useEffect(() => {
    if (!isFirst || !isDecided) return;
    const decided = () => setIsFirst(false);
    if (data === undefined) decided();
    else
      void navigate({
        to: "/c/$collection",
        params: { collection: data.id },
        replace: true,
      }).then(decided);
  }, [isFirst, isDecided, data, navigate]);
  return !isFirst;
};
