// The token of a link (setup, invitation, reset, verification): it is in the fragment of the address, which no server sees or logs.
import { useLocation } from "@tanstack/react-router";
import { type ComponentType, Fragment, type ReactNode } from "react";
import { linkToken } from "#services/contract/accounts.ts";
import { DoorCard } from "./door.tsx";

export interface WithTokenProps {
  /** Where the link comes from. */
  readonly from: string;
  /** What stands around the answer that it has none, where there is no door around the page. */
  readonly frame?: ComponentType<{ readonly children: ReactNode }>;
  readonly children: (token: string) => ReactNode;
}

/** Its content, given the token; or that the link has none. */
export function WithToken({ from, frame: Frame = Fragment, children }: WithTokenProps) {
  const hash = useLocation({ select: (location) => location.hash });
  const token = linkToken.safeParse(new URLSearchParams(hash).get("token"));
  if (token.success) return children(token.data);
  return (
    <Frame>
      <DoorCard
        title="This link is not complete"
        about={`Open it again from ${from}, or copy the whole of it into the address field.`}
      />
    </Frame>
  );
}
