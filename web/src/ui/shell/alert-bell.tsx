// The bell in the bar: how many alerts have not been seen. It is not there until there is something to watch or to see.
import { ActionIcon, Indicator, Tooltip } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { unseenQuery } from "../../api/unseen.ts";
import { counted } from "../../shape/words/numbers.ts";

export function AlertBell() {
  const { data: unseen = 0 } = useQuery(unseenQuery);
  const label = unseen === 0 ? "Alerts" : `${counted(unseen, "alert")} not seen`;
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
