// The page for an unknown address.
import { IconCompass } from "@tabler/icons-react";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { HomeButton } from "../ui/parts/home-button.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

export function NotFoundPage() {
  useTitle("Not found");
  return (
    <EmptyState
      icon={<IconCompass size={36} stroke={1.3} aria-hidden />}
      title="Page not found"
      action={<HomeButton />}
    >
      There is no page at this address. It may have been deleted.
    </EmptyState>
  );
}
