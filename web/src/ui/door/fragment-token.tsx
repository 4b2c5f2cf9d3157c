// The token of a link (setup, invitation, reset, verification): it is in the fragment of the address, which no server sees or logs.
import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { linkToken } from "#services/contract/accounts.ts";
import { DoorCard } from "./door.tsx";

export interface WithTokenProps {
  /** Where the link comes from. */
  readonly from: string;
  readonly children: (token: string) => ReactNode;
}

/** Its content, given the token; or that the link has none. */
export function WithToken({ from, children }: WithTokenProps) {
  const hash = useLocation({ select: (location) => location.hash });
  const token = linkToken.safeParse(new URLSearchParams(hash).get("token"));
  if (token.success) return children(token.data);
  return (
    <DoorCard
      title="This link is not complete"
      about={`Open it again from ${from}, or copy the whole of it into the address field.`}
    />
  );
}
