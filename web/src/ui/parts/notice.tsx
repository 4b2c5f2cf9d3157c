// A sentence or two that a person should see, with an icon, on a coloured surface: notices, alerts about health, waiting.
import type { ReactNode } from "react";
import { useId } from "react";

export interface NoticeProps {
  readonly icon: ReactNode;
  readonly title?: string | undefined;
  /** "alert" and "status" are read out by screen readers when they appear. */
  readonly role?: "alert" | "status" | undefined;
  readonly children: ReactNode;
}

export function Notice({ icon, title, role, children }: NoticeProps) {
  const titleId = useId();
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only a notice with a role has a title
    <div className="notice" role={role} aria-labelledby={title === undefined ? undefined : titleId}>
      {icon}
      <div>
        {title !== undefined && (
          <p id={titleId} className="notice-title">
            {title}
          </p>
        )}
        {children}
      </div>
    </div>
  );
}
