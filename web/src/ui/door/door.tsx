// The frame of pages for people who are not signed in, or who must do something first: a card in the middle.
import { Loader } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { LAYERS } from "../parts/theme.ts";
import { Logo } from "../shell/logo.tsx";
import { SchemeToggle } from "../shell/scheme-toggle.tsx";
import { ServerReach } from "../shell/server-banner.tsx";
import "./door.css";

export interface DoorProps {
  readonly children: ReactNode;
  /** Beside the button for the colour scheme. */
  readonly actions?: ReactNode;
}

export function Door({ children, actions }: DoorProps) {
  return (
    <div className="door">
      <header className="door-bar">
        {actions}
        <SchemeToggle />
      </header>
      <ServerReach />
      <main id="content">
        <div className="door-brand">
          <Logo />
        </div>
        {children}
        <div id={LAYERS} />
      </main>
    </div>
  );
}

export interface DoorCardProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly isWide?: boolean;
  /** It takes the place of a form: the title takes the focus, so that it is read out. */
  readonly isAnswer?: boolean;
  readonly children?: ReactNode;
}

export function DoorCard({
  title,
  about,
  isWide = false,
  isAnswer = false,
  children,
}: DoorCardProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isAnswer) heading.current?.focus();
  }, [isAnswer]);
  return (
    <div className={isWide ? "card door-card wide arrive" : "card door-card arrive"}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {about && <p className="door-about">{about}</p>}
      {children}
    </div>
  );
}

export function ForgotLink() {
  return (
    <Link to="/forgot" className="text-link">
      Forgot the password?
    </Link>
  );
}

/** The way to the sign-in page, and to what may stand beside it. */
export function DoorFoot({ children }: { readonly children?: ReactNode }) {
  return (
    <div className="door-foot">
      <Link to="/sign-in" className="text-link">
        Sign in
      </Link>
      {children}
    </div>
  );
}

/** While it is not known yet who is there. */
export function Starting() {
  return (
    <div className="starting" role="status" aria-label="Loading">
      <Loader size={26} />
    </div>
  );
}
