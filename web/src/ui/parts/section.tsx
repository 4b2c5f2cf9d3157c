// A part of a page: its title, a line about it, a button beside them, the content.
import { Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import "./rows.css";

export interface SectionProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}

export function Section({ title, about, action, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className="section-head">
        <div className="section-title">
          <Title order={2} id={id}>
            {title}
          </Title>
          {action}
        </div>
        {about && (
          <Text size="sm" c="dimmed" maw={560}>
            {about}
          </Text>
        )}
      </div>
      {children}
    </section>
  );
}
