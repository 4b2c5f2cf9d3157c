// The message of a page or list without content: why it is empty and what to do.
import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useHeadingLevel } from "./heading-level.tsx";

export interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  /** The next step, below the text. */
  readonly action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  const level = useHeadingLevel();
  return (
    <Stack align="center" ta="center" gap={8} py={56} px="md" className="arrive dim">
      {icon}
      <Title order={level} size="h2" c="var(--mantine-color-text)">
        {title}
      </Title>
      {typeof children === "string" ? (
        <Text maw={480} size="sm">
          {children}
        </Text>
      ) : (
        children
      )}
      {action}
    </Stack>
  );
}
