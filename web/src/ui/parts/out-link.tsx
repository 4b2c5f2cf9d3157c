// A link to another site: opened in a new tab, without a referrer.
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
