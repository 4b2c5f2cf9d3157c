// The bell button in the header: the number of unseen alerts, and the link to the alerts page.
import { ActionIcon, Indicator, Tooltip } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { unseenQuery } from "../../api/unseen.ts";
import { counted } from "../../shape/words/numbers.ts";

export function AlertBell() {
  const { data: unseen = 0 } = useQuery(unseenQuery);
  const label = unseen === 0 ? "Alerts" : counted(unseen, "unseen alert");
  return (
    <Tooltip label={label} openDelay={400}>
      <Indicator label={unseen > 99 ? "99+" : unseen} size={16} offset={7} disabled={unseen === 0}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={label}
          renderRoot={(props) => <Link {...props} to="/alerts" />}
        >
          <IconBell size={18} stroke={1.6} />
        </ActionIcon>
      </Indicator>
    </Tooltip>
  );
}
