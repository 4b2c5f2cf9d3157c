// The frame around every page: header, server status, command palette, drop area for files.
import { ActionIcon, Menu, Tooltip, UnstyledButton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChevronDown, IconKeyboard, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { collectionsQuery } from "../../api/collections.ts";
import { useLook, usePastLook, useSession } from "../account/use-session.ts";
import { lazyPart } from "../parts/lazy-part.tsx";
import { LAYERS } from "../parts/theme.ts";
import { DropFlow } from "../uploads/drop-flow.tsx";
import { AccountsOff } from "./accounts-off.tsx";
import { AlertBell } from "./alert-bell.tsx";
import { Logo } from "./logo.tsx";
import { LookBanner } from "./look-banner.tsx";
import { useOpenCollection } from "./open-collection.ts";
import { usePageKeys } from "./page-keys.ts";
import { paletteStore } from "./palette-store.ts";
import { SchemeToggle } from "./scheme-toggle.tsx";
import { ServerBanner } from "./server-banner.tsx";
import { UserMenu } from "./user-menu.tsx";
import "./shell.css";

const Shortcuts = lazyPart(() => import("./shortcuts.tsx").then((file) => file.Shortcuts), {
  missing: "nothing",
});
const Palette = lazyPart(() => import("./palette.tsx").then((file) => file.Palette), {
  missing: "nothing",
});

function CollectionChoice() {
  const collection = useOpenCollection();
  const { data } = useQuery(collectionsQuery);
  if (!data || data.length === 0) return null;
  const here = data.find((one) => one.id === collection);
  return (
    <>
      <span className="bar-slash" aria-hidden="true">
        /
      </span>
      <Menu position="bottom-start" width={260} shadow="md">
        <Menu.Target>
          <UnstyledButton className="bar-choice">
            <span className="clip">{here?.name ?? "Collections"}</span>
            <IconChevronDown size={14} aria-hidden style={{ flex: "none" }} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to="/search">
            Search all collections
          </Menu.Item>
          <Menu.Divider />
          {data.map((one) => (
            <Menu.Item
              key={one.id}
              renderRoot={(props) => (
                <Link {...props} to="/c/$collection" params={{ collection: one.id }} />
              )}
            >
              {one.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item component={Link} to="/status">
            Server status
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

export function Shell() {
  const [keysShown, setKeysShown] = useState(false);
  const isSignedIn = useSession().kind === "signed-in";
  const look = useLook();
  const pastLook = usePastLook();
  const isLooking = look !== undefined || pastLook !== undefined;
  usePageKeys();
  useHotkeys([["shift+?", () => setKeysShown((shown) => !shown)]]);
  return (
    <DropFlow>
      <div className={isLooking ? "shell looking" : "shell"}>
        <a href="#content" className="skip">
          Skip to content
        </a>
        <LookBanner />
        <header className="bar">
          <Link to="/" className="bar-brand" aria-label="Parlance home page">
            <Logo />
          </Link>
          <CollectionChoice />
          <span style={{ flex: 1 }} />
          <UnstyledButton className="bar-find" onClick={paletteStore.open}>
            <IconSearch size={16} stroke={1.7} aria-hidden />
            <span>Search or go to</span>
            <span className="bar-key" aria-hidden="true">
              Ctrl K
            </span>
          </UnstyledButton>
          <AlertBell />
          <SchemeToggle {...(isSignedIn ? { className: "wide-only" } : {})} />
          <Tooltip label="Keyboard shortcuts (?)" openDelay={400}>
            <ActionIcon
              className="wide-only"
              variant="subtle"
              color="gray"
              size={36}
              aria-label="Keyboard shortcuts"
              onClick={() => setKeysShown(true)}
            >
              <IconKeyboard size={18} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          {isSignedIn ? <UserMenu /> : <AccountsOff />}
        </header>
        <ServerBanner />
        <main id="content" tabIndex={-1} style={{ outline: "none" }}>
          <Outlet />
          <div id={LAYERS} />
        </main>
        <Shortcuts opened={keysShown} onClose={() => setKeysShown(false)} />
        <Palette />
      </div>
    </DropFlow>
  );
}
