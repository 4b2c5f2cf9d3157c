// The frame of what a shared link opens: its title, from which collection, and below it who shows it and until when.
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { OpenedShare } from "#services/contract/shares.ts";
import { date } from "../../shape/words/times.ts";
import { BelowHeading } from "../parts/heading-level.tsx";
import { useTitle } from "../parts/page-title.ts";
import { LAYERS } from "../parts/theme.ts";
import { Logo } from "../shell/logo.tsx";
import { SchemeToggle } from "../shell/scheme-toggle.tsx";
import { ServerReach } from "../shell/server-banner.tsx";
import "./shared.css";

export interface SharedFrameProps {
  readonly of: Pick<OpenedShare, "title" | "collection" | "expiresAt">;
  /** The line below the title. */
  readonly about: ReactNode;
  /** Beside the title. */
  readonly action?: ReactNode;
  /** The content scrolls by itself, within what the window leaves. */
  readonly isWhole?: boolean;
  readonly children: ReactNode;
}

export function SharedFrame({ of, about, action, isWhole = false, children }: SharedFrameProps) {
  useTitle(of.title);
  return (
    <div className={isWhole ? "shared whole" : "shared"}>
      <a href="#content" className="skip">
        Skip to content
      </a>
      <header className="shared-head">
        <div>
          <div className="shared-title">
            <h1>{of.title}</h1>
            <Text size="xs" c="dimmed" className="tabular">
              {about}
            </Text>
          </div>
          {action}
          <SchemeToggle />
        </div>
      </header>
      <ServerReach />
      <main id="content" tabIndex={-1}>
        <BelowHeading>{children}</BelowHeading>
        <div id={LAYERS} />
      </main>
      <footer className="shared-foot">
        <div>
          <span className="shared-brand">
            Shared with <Logo />
          </span>
          <span>The link ends on {date(of.expiresAt)}</span>
        </div>
      </footer>
    </div>
  );
}
