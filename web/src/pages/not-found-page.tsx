// The page for an unknown address.
import { Button } from "@mantine/core";
import { IconCompass } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

export function NotFoundPage() {
  useTitle("Not found");
  return (
    <EmptyState icon={<IconCompass size={36} stroke={1.3} aria-hidden />} title="Page not found">
      <p style={{ margin: 0 }}>There is no page at this address. It may have been deleted.</p>
      <Button component={Link} to="/" mt="sm" variant="default">
        Go to the home page
      </Button>
    </EmptyState>
  );
}
