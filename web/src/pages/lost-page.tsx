// Nothing is at this address.
import { Button } from "@mantine/core";
import { IconCompass } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Nothing } from "../ui/parts/empty-state.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

export function LostPage() {
  useTitle("Not found");
  return (
    <Nothing icon={<IconCompass size={36} stroke={1.3} aria-hidden />} title="Nothing is here">
      <p style={{ margin: 0 }}>The address leads nowhere. What was here may have been deleted.</p>
      <Button component={Link} to="/" mt="sm" variant="default">
        To the start
      </Button>
    </Nothing>
  );
}
