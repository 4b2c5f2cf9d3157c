// A page of several, with its title and the tabs of all of them.
import { Text } from "@mantine/core";
import { Link, type LinkProps, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useActiveTabInView } from "./active-tab.ts";
import { BelowHeading } from "./heading-level.tsx";

export interface TabbedPageProps {
  readonly title: string;
  readonly about: ReactNode;
  readonly tabs: readonly { readonly to: NonNullable<LinkProps["to"]>; readonly label: string }[];
}

const exact = { exact: true, includeSearch: false } as const;

export function TabbedPage({ title, about, tabs }: TabbedPageProps) {
  const nav = useActiveTabInView();
  return (
    <>
      <div className="collection-head tabbed-head">
        <div>
          <div className="tabbed-title">
            <Text component="h1" fz="1.25rem" fw={650} m={0}>
              {title}
            </Text>
            <Text size="xs" c="dimmed" className="clip">
              {about}
            </Text>
          </div>
          <nav className="tabs" aria-label={title} ref={nav}>
            {tabs.map(({ to, label }) => (
              <Link
                key={label}
                to={to}
                className="tab"
                activeOptions={exact}
                activeProps={{ className: "active" }}
              >
                {label}
              </Link>
            ))}
          </nav>
        </div>
      </div>
      <BelowHeading>
        <div className="page arrive" style={{ maxWidth: 820 }}>
          <Outlet />
        </div>
      </BelowHeading>
    </>
  );
}
