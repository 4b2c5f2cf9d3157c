// A link that leaves the app: it tells the other side nothing.
import type { ReactNode } from "react";

export interface OutLinkProps {
  readonly href: string;
  readonly children?: ReactNode;
}

export function OutLink({ href, children }: OutLinkProps) {
  return (
    <a href={href} className="text-link" target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
