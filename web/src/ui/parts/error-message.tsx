// An error as a person reads it: title, detail, hint, and a button to try again; one panel for a server that does not answer.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { ZodError } from "zod";
import { ParlanceError } from "#services/domain/errors.ts";
import { loadAppAgain, MissingCodeError } from "../../api/lazy-code.ts";
import { ProblemError, UnreachableError } from "../../api/plain-request.ts";
import { askServerNow, onReachability, reachability } from "../../api/reachability.ts";
import { useHeadingLevel } from "./heading-level.tsx";

export interface ErrorText {
  readonly title: string;
  readonly detail: string;
  readonly hint: string | undefined;
}

/** An answer of another version of the server, or of something that stands before it. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof ZodError || error instanceof SyntaxError;

/** Any error → its title, what happened, what to do about it. */
export const describeError = (error: unknown): ErrorText => {
  if (error instanceof ProblemError)
    return {
      title: error.problem.title,
      detail: error.problem.detail,
      hint: error.problem.hint,
    };
  // In the past tense: it stays on the page when the server answers again.
  if (error instanceof UnreachableError)
    return {
      title: "The server did not answer",
      detail: error.message,
      hint: "Try again when it answers.",
    };
  if (error instanceof ParlanceError)
    return { title: "Not possible", detail: error.message, hint: error.hint };
  if (isUnreadable(error))
    return {
      title: "The answer cannot be read",
      detail: "The server sent something that this page does not understand.",
      hint: "It may have been updated. Load the page again.",
    };
  return {
    title: "Unexpected error",
    detail: error instanceof Error ? error.message.slice(0, 300) : String(error),
    hint: "Try again. If it happens again, look in the server's log.",
  };
};

/** Loads the page again once the server answers. @returns whether that was done already and did not help. */
export const useMissingCode = (isMissing: boolean): boolean => {
  const state = useSyncExternalStore(onReachability, reachability);
  const [isInVain, setIsInVain] = useState(false);
  useEffect(() => {
    if (isMissing && state === "reachable" && !loadAppAgain()) setIsInVain(true);
  }, [isMissing, state]);
  return isInVain;
};

/** What was asked for is not there, or no more. */
export const isNotFound = (error: unknown) =>
  error instanceof ProblemError && error.problem.status === 404;

interface PanelProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly detail: string;
  readonly hint: string | undefined;
  readonly children: ReactNode;
}

function Panel({ icon, title, detail, hint, children }: PanelProps) {
  const level = useHeadingLevel();
  return (
    <Stack role="alert" align="center" ta="center" gap={6} py={56} px="md" className="arrive">
      {icon}
      <Title order={level} size="h2" mt={6}>
        {title}
      </Title>
      <Text maw={520}>{detail}</Text>
      {hint && (
        <Text c="dimmed" size="sm" maw={520}>
          {hint}
        </Text>
      )}
      <Group mt="md" justify="center">
        {children}
      </Group>
    </Stack>
  );
}

const iconProps = {
  size: 34,
  stroke: 1.4,
  color: "var(--accent-text)",
  "aria-hidden": true,
} as const;

function LoadAgain() {
  return (
    <Button variant="default" onClick={() => window.location.reload()}>
      Load the page again
    </Button>
  );
}

/** What could not be loaded since the server does not answer. The banner of the shell says that it is asked again. */
function NotLoaded({ isMissingCode }: { readonly isMissingCode: boolean }) {
  const isInVain = useMissingCode(isMissingCode);
  if (isInVain)
    return (
      <Panel
        icon={<IconAlertTriangle {...iconProps} />}
        title="Not loaded"
        detail="The server answers, but a part of this page cannot be loaded from it."
        hint="Load the page again. If it happens again, look in the server's log."
      >
        <LoadAgain />
      </Panel>
    );
  return (
    <Panel
      icon={<IconCloudOff {...iconProps} />}
      title="Not loaded yet"
      detail="This is loaded as soon as the server answers."
      hint="Check that Parlance is running."
    >
      <Button variant="default" onClick={askServerNow}>
        Try again
      </Button>
    </Panel>
  );
}

export interface ErrorMessageProps {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
  /** The link shown where something was not found; to the home page by default. */
  readonly back?: ReactNode;
}

export function ErrorMessage({ error, retry, back }: ErrorMessageProps) {
  if (error instanceof UnreachableError)
    return <NotLoaded isMissingCode={error instanceof MissingCodeError} />;
  return (
    <Panel icon={<IconAlertTriangle {...iconProps} />} {...describeError(error)}>
      {isUnreadable(error) && <LoadAgain />}
      {retry && !isNotFound(error) && !isUnreadable(error) && (
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      )}
      {isNotFound(error) &&
        (back ?? (
          <Button component={Link} to="/" variant="default">
            Go to the home page
          </Button>
        ))}
    </Panel>
  );
}
