// What went wrong, in words a person can act on: the problem's detail and hint, and a way to try again.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ProblemError, UnreachableError } from "../../api/request.ts";

export interface ErrorText {
  readonly title: string;
  readonly detail: string;
  readonly hint: string | undefined;
}

/** Any error → a title, what happened, what to do. */
export const describeError = (error: unknown): ErrorText => {
  if (error instanceof ProblemError)
    return {
      title: error.problem.title,
      detail: error.problem.detail,
      hint: error.problem.hint,
    };
  if (error instanceof UnreachableError)
    return {
      title: "Parlance does not answer",
      detail: "The server cannot be reached from here.",
      hint: "It is asked again every few seconds. Is it running?",
    };
  return {
    title: "Something unexpected happened",
    detail: error instanceof Error ? error.message.slice(0, 300) : "The page could not go on.",
    hint: "Try again; if it stays, the server's log says more.",
  };
};

const isLost = (error: unknown) => error instanceof ProblemError && error.problem.status === 404;

export interface ErrorMessageProps {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
  /** Where to go on from what is not there; the start by default. */
  readonly back?: ReactNode;
}

export function ErrorMessage({ error, retry, back }: ErrorMessageProps) {
  const errorText = describeError(error);
  const Icon = error instanceof UnreachableError ? IconCloudOff : IconAlertTriangle;
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
        {retry && !isLost(error) && (
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        {isLost(error) &&
          (back ?? (
            <Button variant="default" component="a" href="/">
              To the start
            </Button>
          ))}
      </Group>
    </Stack>
  );
}
