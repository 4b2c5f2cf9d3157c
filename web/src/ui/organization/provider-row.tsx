// A sign-in provider in the list: what it is, whether it works, and what may be done about it.
import { ActionIcon, Badge, Button, Menu, Modal } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { SignInProvider } from "#services/contract/sign-in-providers.ts";
import {
  patchProvider,
  removeProvider,
  signInProvidersQuery,
  testProvider,
} from "../../api/sign-in-providers.ts";
import { counted } from "../../shape/words/numbers.ts";
import { kindNames } from "../../shape/words/sign-in-kinds.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { ProviderForm } from "./provider-form.tsx";
import { ProviderTest } from "./provider-test.tsx";

const addressOf = ({ settings }: SignInProvider): string =>
  String(settings["issuer"] ?? settings["url"] ?? "");

const variableOf = ({ kind }: SignInProvider): string =>
  kind === "ldap" ? "PARLANCE_LDAP" : "PARLANCE_SIGN_IN_PROVIDERS";

const lossOf = ({ peopleOnlyByIt: people, state }: SignInProvider): string =>
  people === 0 || state === "off"
    ? ""
    : `${counted(people, "person signs", "people sign")} in only there, and could not sign in any more. `;

interface PartProps {
  readonly of: SignInProvider;
  readonly onClose: () => void;
}

function TestDialog({ of, onClose }: PartProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Test ${of.name}`}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ProviderTest
        isDirectory={of.kind === "ldap"}
        send={(sample) => testProvider(of.id, sample === undefined ? {} : { sample })}
      />
    </Modal>
  );
}

/** Takes it away for a while or for good, once it is known who would miss it. */
function TakeAway({ of, onClose, forGood }: PartProps & { readonly forGood: boolean }) {
  const client = useQueryClient();
  const kept = forGood
    ? "Whoever is signed in stays so. Added again with the same address, it knows the same people."
    : "Whoever is signed in stays so, and it can be turned on again.";
  return (
    <Confirm
      title={forGood ? `Remove ${of.name}?` : `Turn ${of.name} off?`}
      button={forGood ? "Remove" : "Turn it off"}
      isDangerous={forGood || lossOf(of) !== ""}
      send={async () => {
        if (forGood) await removeProvider(of.id);
        else await patchProvider(of.id, { state: "off", confirmed: true });
      }}
      onDone={async () => {
        await client.invalidateQueries({ queryKey: signInProvidersQuery.queryKey });
        onClose();
      }}
      onClose={onClose}
    >
      {lossOf(of)}
      {kept}
    </Confirm>
  );
}

export interface ProviderRowProps {
  readonly of: SignInProvider;
  readonly redirectUri: string | null;
}

export function ProviderRow({ of, redirectUri }: ProviderRowProps) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<"test" | "edit" | "off" | "remove">();
  const turnOn = useMutation({
    mutationFn: () => patchProvider(of.id, { state: "on" }),
    onSuccess: () => client.invalidateQueries({ queryKey: signInProvidersQuery.queryKey }),
  });
  const close = () => setAsked(undefined);
  const isSetting = of.source === "setting";
  return (
    <li>
      <div className="row-main">
        <span className="row-title">
          {of.name}
          {of.state === "off" && (
            <Badge size="sm" variant="light" color="gray" tt="none">
              Off
            </Badge>
          )}
          {of.problem !== null && (
            <Badge size="sm" variant="light" color="red" tt="none">
              Does not work
            </Badge>
          )}
        </span>
        <span className="row-sub">
          {[kindNames[of.kind], addressOf(of)].filter(Boolean).join(" · ")}
        </span>
        <span className="row-sub">
          {[
            of.people === 0 ? "nobody yet" : counted(of.people, "person", "people"),
            ...(of.peopleOnlyByIt > 0 ? [`${of.peopleOnlyByIt} of them sign in only there`] : []),
            ...(isSetting ? [`set by ${variableOf(of)}`] : []),
          ].join(" · ")}
        </span>
        {of.problem !== null && <span className="row-sub">{of.problem}</span>}
        <ActionError error={turnOn.error} />
      </div>
      <div className="row-acts">
        <Button
          variant="default"
          size="xs"
          aria-label={`Test ${of.name}`}
          onClick={() => setAsked("test")}
        >
          Test
        </Button>
        {!isSetting && (
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`More for ${of.name}`}>
                <IconDots size={17} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setAsked("edit")}>Edit…</Menu.Item>
              {of.state === "on" ? (
                <Menu.Item onClick={() => setAsked("off")}>Turn off…</Menu.Item>
              ) : (
                <Menu.Item onClick={() => turnOn.mutate()}>Turn on</Menu.Item>
              )}
              <Menu.Item onClick={() => setAsked("remove")}>Remove…</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {asked === "test" && <TestDialog of={of} onClose={close} />}
      {asked === "edit" && <ProviderForm of={of} redirectUri={redirectUri} onClose={close} />}
      {(asked === "off" || asked === "remove") && (
        <TakeAway of={of} forGood={asked === "remove"} onClose={close} />
      )}
    </li>
  );
}
