// The head of a page that belongs to no collection: its title, and a line about it.
import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

export interface PageHeadProps {
  readonly title: string;
  /** A line below the title. */
  readonly children?: ReactNode;
}

export function PageHead({ title, children }: PageHeadProps) {
  return (
    <div className="page-head">
      <Title order={1} fz="1.75rem">
        {title}
      </Title>
      {children && (
        <Text size="sm" c="dimmed" mt={4} component="div">
          {children}
        </Text>
      )}
    </div>
  );
}
