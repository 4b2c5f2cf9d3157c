// A job that was given up, on a card: why, and buttons to try it again and to forget it.
import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { GivenUpJob } from "#services/contract/job-list.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useNow } from "../parts/now.ts";

export interface GivenUpLineProps {
  readonly job: GivenUpJob;
  readonly title: ReactNode;
  /** Without it there are no buttons. */
  readonly acts:
    | { readonly retry: () => Promise<unknown>; readonly forget: () => Promise<unknown> }
    | undefined;
}

export function GivenUpLine({ job, title, acts }: GivenUpLineProps) {
  const now = useNow();
  const retry = useMutation({ mutationFn: async () => acts?.retry() });
  const forget = useMutation({ mutationFn: async () => acts?.forget() });
  return (
    <li className="card status-job">
      <div className="status-job-text">
        <Text size="sm" fw={580} component="div">
          {title}
        </Text>
        <Text size="sm">{job.reason}</Text>
        <Text size="xs" c="dimmed">
          {counted(job.attempts, "attempt")}, given up{" "}
          <time dateTime={new Date(job.givenUpAt).toISOString()} title={fullTime(job.givenUpAt)}>
            {ago(job.givenUpAt, now)}
          </time>
        </Text>
        <ActionError error={retry.error ?? forget.error} />
      </div>
      {acts !== undefined && (
        <Group gap={8} wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            loading={retry.isPending}
            disabled={forget.isPending}
            onClick={() => retry.mutate()}
          >
            Try again
          </Button>
          {job.name !== "erase.requested" && (
            <Button
              size="xs"
              variant="subtle"
              color="gray"
              title="Takes it off this list. What it was about stays failed."
              loading={forget.isPending}
              disabled={retry.isPending}
              onClick={() => forget.mutate()}
            >
              Forget
            </Button>
          )}
        </Group>
      )}
    </li>
  );
}
