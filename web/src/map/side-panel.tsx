// The panel beside the map; on a narrow screen a sheet at the lower edge.
import { ActionIcon, Tooltip, UnstyledButton } from "@mantine/core";
import {
  IconChevronUp,
  IconLayoutSidebarRightCollapse,
  IconLayoutSidebarRightExpand,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

export interface SideProps {
  readonly open: boolean;
  /** A word or two about its contents: on a narrow screen only this is shown at first. */
  readonly summary: string;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

export function Side({ open, summary, onToggle, children }: SideProps) {
  const label = open ? "Hide the panel" : "Show the panel";
  const Icon = open ? IconLayoutSidebarRightCollapse : IconLayoutSidebarRightExpand;
  return (
    <>
      <aside className="map-side" aria-label="Topics and selection">
        <UnstyledButton className="map-sheet-handle" aria-expanded={open} onClick={onToggle}>
          {summary}
          <IconChevronUp size={18} aria-hidden />
        </UnstyledButton>
        <div className="map-side-body">{children}</div>
      </aside>
      <Tooltip label={label} position="left" openDelay={350}>
        <ActionIcon
          className="map-side-toggle"
          variant="default"
          size={30}
          aria-label={label}
          onClick={onToggle}
        >
          <Icon size={17} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
