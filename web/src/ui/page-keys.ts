// Keys that work on every page: to the search field, and back.
import { useHotkeys } from "@mantine/hooks";
import { useNavigate, useParams, useRouter } from "@tanstack/react-router";

const searchField = () => document.querySelector<HTMLInputElement>("input[data-search-field]");
const somethingIsOpen = () =>
  document.querySelector('[role="dialog"], [role="menu"], [aria-modal="true"]') !== null;

export const usePageKeys = (): void => {
  const router = useRouter();
  const navigate = useNavigate();
  const { collection } = useParams({ strict: false });
  useHotkeys([
    [
      "/",
      () => {
        const field = searchField();
        if (field) {
          field.focus();
          field.select();
        } else if (collection !== undefined)
          void navigate({ to: "/c/$collection/search", params: { collection } });
        else void navigate({ to: "/search" });
      },
    ],
  ]);
  // Also inside fields: the first Esc leaves the field, the next goes back.
  useHotkeys(
    [
      [
        "Escape",
        () => {
          if (somethingIsOpen()) return;
          const focused = document.activeElement;
          if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement)
            focused.blur();
          else if (router.history.canGoBack()) router.history.back();
        },
        { preventDefault: false },
      ],
    ],
    [],
  );
};
