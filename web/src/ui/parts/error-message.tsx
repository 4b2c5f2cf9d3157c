// An error as a person reads it: title, detail, hint, and a button to try again.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { ParlanceError } from "#services/domain/errors.ts";
import { ProblemError, UnreachableError } from "../../api/request.ts";

export interface ErrorText {
  readonly title: string;
  readonly detail: string;
  readonly hint: string | undefined;
}

/** Any error → its title, what happened, what to do about it. */
export const describeError = (error: unknown): ErrorText => {
  if (error instanceof ProblemError)
    return {
      title: error.problem.title,
      detail: error.problem.detail,
      hint: error.problem.hint,
    };
  if (error instanceof UnreachableError)
    return {
      title: "The server does not answer",
      detail: error.message,
      hint: "It is tried again every few seconds. Check that it is running.",
    };
  if (error instanceof ParlanceError)
    return { title: "Not possible", detail: error.message, hint: error.hint };
  if (isMissingPart(error))
    return {
      title: "The server does not answer",
      detail: "A part of this page could not be loaded.",
      hint: "The page is loaded again as soon as the server answers. Check that it is running.",
    };
  return {
    title: "Unexpected error",
    detail: error instanceof Error ? error.message.slice(0, 300) : String(error),
    hint: "Try again. If it happens again, look in the server's log.",
  };
};

/** What browsers and the bundler say where the code or the style of a page cannot be fetched. */
const isMissingPart = (error: unknown): boolean =>
  error instanceof Error &&
  /preload CSS|dynamically imported module|importing a module script failed/iu.test(error.message);

const LOOK_MS = 3000;

/** Loads the page again once the server answers: a part of a page is not fetched a second time without that. */
const useReload = (isWanted: boolean): void => {
  useEffect(() => {
    if (!isWanted) return;
    const timer = setInterval(() => {
      fetch("/health").then(
        ({ ok }) => {
          if (ok) window.location.reload();
        },
        // Not yet: it is asked again.
        () => undefined,
      );
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [isWanted]);
};

const isNotFound = (error: unknown) =>
  error instanceof ProblemError && error.problem.status === 404;

export interface ErrorMessageProps {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
  /** The link shown where something was not found; to the home page by default. */
  readonly back?: ReactNode;
}

export function ErrorMessage({ error, retry, back }: ErrorMessageProps) {
  const errorText = describeError(error);
  useReload(isMissingPart(error));
  const Icon =
    error instanceof UnreachableError || isMissingPart(error) ? IconCloudOff : IconAlertTriangle;
  return (
    <Stack role="alert" align="center" ta="center" gap={6} py={56} px="md" className="arrive">
      <Icon size={34} stroke={1.4} color="var(--accent-text)" aria-hidden />
      <Title order={2} mt={6}>
        {errorText.title}
      </Title>
      <Text maw={520}>{errorText.detail}</Text>
      {errorText.hint && (
        <Text c="dimmed" size="sm" maw={520}>
          {errorText.hint}
        </Text>
      )}
      <Group mt="md" justify="center">
        {retry && !isNotFound(error) && (
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        {isNotFound(error) &&
          (back ?? (
            <Button variant="default" component="a" href="/">
              Go to the home page
            </Button>
          ))}
      </Group>
    </Stack>
  );
}
