// What somebody is told, in the app and by mail; and what they are always told.
import { Select, Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  type Account,
  type NoticeChoices as Choices,
  mailTimes,
} from "#services/contract/accounts.ts";
import { accountQuery, patchAccount } from "../../api/account.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Section } from "../parts/section.tsx";
import { useSession } from "./use-session.ts";
import "./notice-choices.css";

const timeLabels = {
  off: "No mail",
  "at-once": "At once",
  daily: "Once a day, at 8 in the morning",
} as const satisfies Record<Choices["alerts"]["mail"], string>;

export function NoticeChoices({ user }: { readonly user: NonNullable<Account["user"]> }) {
  const client = useQueryClient();
  const session = useSession();
  const sendsMail = "about" in session && session.about?.mail === true;
  const change = useMutation({
    mutationFn: (notices: Choices) => patchAccount({ preferences: { notices } }),
    onSuccess: (saved) => client.setQueryData(accountQuery.queryKey, saved),
  });
  // As it will be, so that a switch does not jump back while it is saved.
  const chosen = change.isPending ? change.variables : user.preferences.notices;
  const { imports, alerts, devices } = chosen;
  return (
    <Section
      title="What you are told"
      about="What concerns the security of your account is always sent by mail, where this server sends any: that your password was changed, your second factor removed, or a session used elsewhere; invitations, and links that you asked for."
    >
      <Stack gap="lg" maw={480}>
        <fieldset className="choices">
          <legend>Imports of yours that take longer than a minute</legend>
          <Switch
            label="Say in the app that they are done, or have failed"
            checked={imports.app}
            onChange={(event) =>
              change.mutate({
                ...chosen,
                imports: { ...imports, app: event.currentTarget.checked },
              })
            }
          />
          <Switch
            label="And by mail"
            checked={imports.mail}
            disabled={!sendsMail}
            onChange={(event) =>
              change.mutate({
                ...chosen,
                imports: { ...imports, mail: event.currentTarget.checked },
              })
            }
          />
        </fieldset>
        <fieldset className="choices">
          <legend>New alerts of concepts, in collections that you can open</legend>
          <Switch
            label="Show their number on the bell"
            checked={alerts.app}
            onChange={(event) =>
              change.mutate({ ...chosen, alerts: { ...alerts, app: event.currentTarget.checked } })
            }
          />
          <Select
            label="By mail"
            allowDeselect={false}
            disabled={!sendsMail}
            data={mailTimes.map((value) => ({ value, label: timeLabels[value] }))}
            value={alerts.mail}
            onChange={(mail) => {
              if (mail !== null) change.mutate({ ...chosen, alerts: { ...alerts, mail } });
            }}
          />
        </fieldset>
        <fieldset className="choices">
          <legend>Sign-ins from a device that you have not used for 90 days</legend>
          <Switch
            label="By mail"
            checked={devices.mail}
            disabled={!sendsMail}
            onChange={(event) =>
              change.mutate({ ...chosen, devices: { mail: event.currentTarget.checked } })
            }
          />
        </fieldset>
        {!sendsMail && (
          <Text size="sm" c="dimmed">
            This server sends no mail: no mail server is set.
          </Text>
        )}
        <ActionError error={change.error} />
      </Stack>
    </Section>
  );
}
