// The deletion of one's account, with the choice of what happens to collections that nobody else manages.
import { Button, Radio, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { rejected } from "#services/domain/errors.ts";
import { proofOf } from "../../api/account.ts";
import { peopleQuery } from "../../api/organization.ts";
import { deleteAccount, ownedQuery } from "../../api/own-data.ts";
import { leaveDeleted } from "../../api/session.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Section } from "../parts/section.tsx";
import { useAccount } from "./use-session.ts";

type Kind = "pass-on" | "give" | "erase";
const isKind = (text: string): text is Kind => /^(?:pass-on|give|erase)$/u.test(text);
const listed = 5;

const namesText = (owned: readonly { readonly name: string }[]): string => {
  const names = owned.slice(0, listed).map(({ name }) => `“${name}”`);
  const more = owned.length - names.length;
  return more === 0 ? names.join(", ") : `${names.join(", ")} and ${more} more`;
};

interface ChoiceProps {
  readonly owned: readonly { readonly name: string }[];
  readonly kind: Kind;
  readonly onKind: (kind: Kind) => void;
  readonly to: string | null;
  readonly onTo: (to: string | null) => void;
}

function Choice({ owned, kind, onKind, to, onTo }: ChoiceProps) {
  const own = useAccount()?.user?.id;
  const { data } = useQuery({ ...peopleQuery, enabled: kind === "give" });
  return (
    <Stack gap="sm" mt="sm">
      <Text size="sm">
        Nobody else manages {counted(owned.length, "collection")}: {namesText(owned)}.
      </Text>
      <Radio.Group
        label="What happens to what only you manage?"
        value={kind}
        onChange={(value) => {
          if (isKind(value)) onKind(value);
        }}
      >
        <Stack gap={8} mt={6}>
          <Radio value="pass-on" label="Pass on to an owner of the organization" />
          <Radio value="give" label="Give to a member" />
          <Radio value="erase" label="Erase, with all conversations" />
        </Stack>
      </Radio.Group>
      {kind === "give" && (
        <Select
          label="Who"
          placeholder="A member"
          searchable
          comboboxProps={{ keepMounted: false }}
          data={(data?.people ?? [])
            .filter(({ id }) => id !== own)
            .map(({ id, name }) => ({ value: id, label: name }))}
          value={to}
          onChange={onTo}
        />
      )}
    </Stack>
  );
}

export function Deletion() {
  const [isAsking, setIsAsking] = useState(false);
  const [kind, setKind] = useState<Kind>("pass-on");
  const [to, setTo] = useState<string | null>(null);
  const owned = useQuery({ ...ownedQuery, enabled: isAsking });
  const send = async (password: string) => {
    if (kind === "give" && to === null)
      throw rejected("Choose who gets the collections.", { code: "no-heir" });
    await deleteAccount({
      ...proofOf(password),
      owned: kind === "give" ? { kind, to: to ?? "" } : { kind },
    });
  };
  return (
    <Section
      title="Delete your account"
      about="Your profile, picture, sessions, keys and shared links are erased. What happens to collections that only you manage you choose next."
    >
      <Button
        variant="default"
        loading={isAsking && owned.isPending}
        onClick={() => setIsAsking(true)}
      >
        Delete your account…
      </Button>
      {isAsking && owned.data === undefined && <ActionError error={owned.error} />}
      {isAsking && owned.data !== undefined && (
        <Confirm
          title="Delete your account?"
          button="Delete permanently"
          isDangerous
          asksPassword
          send={send}
          onDone={leaveDeleted}
          onClose={() => setIsAsking(false)}
        >
          It cannot be undone. You are signed out everywhere.
          {owned.data.length > 0 && (
            <Choice owned={owned.data} kind={kind} onKind={setKind} to={to} onTo={setTo} />
          )}
        </Confirm>
      )}
    </Section>
  );
}
