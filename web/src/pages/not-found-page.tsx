// Nothing is at this address.
import { Button } from "@mantine/core";
import { IconCompass } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

export function NotFoundPage() {
  useTitle("Not found");
  return (
    <EmptyState
      icon={<IconCompass size={36} stroke={1.3} aria-hidden />}
      title="EmptyState is here"
    >
      <p style={{ margin: 0 }}>The address leads nowhere. What was here may have been deleted.</p>
      <Button component={Link} to="/" mt="sm" variant="default">
        To the start
      </Button>
    </EmptyState>
  );
}
