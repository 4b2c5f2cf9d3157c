// The bell button in the header: the number of unseen alerts and notices, and the link to the alerts page.
import { ActionIcon, Indicator, Tooltip } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { noticesQuery } from "../../api/own-data.ts";
import { unseenQuery } from "../../api/unseen.ts";
import { counted } from "../../shape/words/numbers.ts";
import { useAccount, useLook, useSession } from "../account/use-session.ts";

/** What the bell counts: alerts, and notices of one's own imports, as far as somebody wants to be told in the app. */
const useUnseen = () => {
  const isSignedIn = useSession().kind === "signed-in";
  // Notices are for their owner: whoever looks at the app as somebody else is refused them.
  const isOwn = useLook() === undefined;
  const choices = useAccount()?.user?.preferences.notices;
  const { data: alerts = 0 } = useQuery(unseenQuery);
  const { data: notices } = useQuery({ ...noticesQuery, enabled: isSignedIn && isOwn });
  return {
    alerts: choices?.alerts.app === false ? 0 : alerts,
    notices: notices?.unseen ?? 0,
  };
};

const labelOf = (alerts: number, notices: number): string => {
  const parts = [
    ...(alerts === 0 ? [] : [counted(alerts, "unseen alert")]),
    ...(notices === 0 ? [] : [counted(notices, "unseen notice")]),
  ];
  return parts.length === 0 ? "Alerts" : parts.join(", ");
};

export function AlertBell() {
  const { alerts, notices } = useUnseen();
  const unseen = alerts + notices;
  const label = labelOf(alerts, notices);
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
