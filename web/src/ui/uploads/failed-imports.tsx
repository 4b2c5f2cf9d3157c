// On the overview: imports that failed or were read only in part, with a link to the report, until they are dismissed.
import { Button, Group, VisuallyHidden } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { uploadsQuery } from "../../api/uploads.ts";
import { failedImports, failedImportText, outcomeKey } from "../../shape/words/failed-imports.ts";
import { counted } from "../../shape/words/numbers.ts";
import { Notice } from "../parts/notice.tsx";

const shownAtOnce = 3;

export function FailedImports({ collection }: { readonly collection: string }) {
  const { data } = useQuery(uploadsQuery(collection));
  // Kept in the browser: to dismiss is to have read it, which is one person's matter.
  const [dismissed, setDismissed] = useLocalStorage<readonly string[]>({
    key: `parlance-dismissed-imports-${collection}`,
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const all = failedImports(data ?? []);
  const open = all.filter((one) => !dismissed.includes(outcomeKey(one)));
  if (open.length === 0) return null;
  // Outcomes that no longer exist are not kept.
  const known = dismissed.filter((key) => all.some((one) => outcomeKey(one) === key));
  const rest = open.length - shownAtOnce;
  return (
    <div className="collection-notices">
      <Notice
        role="status"
        title={
          open.some(({ state }) => state === "failed")
            ? "An import failed"
            : "An import was read only in part"
        }
        icon={<IconAlertTriangle size={18} stroke={1.7} aria-hidden />}
      >
        {open.slice(0, shownAtOnce).map((one) => (
          <p key={one.id}>
            {failedImportText(one)}{" "}
            <Link
              to="/c/$collection/uploads"
              params={{ collection }}
              search={{ report: one.id }}
              className="text-link"
            >
              Show the report<VisuallyHidden> of {one.filename}</VisuallyHidden>
            </Link>
          </p>
        ))}
        <Group gap="md" mt={6}>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => setDismissed([...known, ...open.map(outcomeKey)])}
          >
            Dismiss
          </Button>
          {rest > 0 && (
            <Link to="/c/$collection/uploads" params={{ collection }} className="text-link">
              {counted(rest, "more import")}
            </Link>
          )}
        </Group>
      </Notice>
    </div>
  );
}
