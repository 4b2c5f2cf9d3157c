// The sign-in providers that one's account is linked to, and those that it can be linked to.
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { z } from "zod";
import type { linkedIdentity } from "#services/contract/accounts.ts";
import { identitiesQuery, startLink, unlink } from "../../api/identities.ts";
import { signInProblem } from "../../shape/words/sign-in-problems.ts";
import { date } from "../../shape/words/times.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { FormError } from "../parts/form-error.tsx";
import { Section } from "../parts/section.tsx";
import { useSession } from "./use-session.ts";

type Identity = z.infer<typeof linkedIdentity>;

interface Provider {
  readonly id: string;
  readonly name: string;
}

export interface IdentitiesSectionProps {
  /** Why a link was not made, as it is in the address that the browser came back to. */
  readonly problem: {
    readonly problem?: string | undefined;
    readonly provider?: string | undefined;
  };
}

interface RowProps {
  readonly name: string;
  readonly of: Identity | undefined;
  readonly onAsk: () => void;
}

function Row({ name, of, onAsk }: RowProps) {
  return (
    <li>
      <div className="row-main">
        <span className="row-title">{name}</span>
        <span className="row-sub">
          {of === undefined
            ? "not linked"
            : [of.email ?? "linked", `since ${date(of.createdAt)}`].join(" · ")}
        </span>
      </div>
      <div className="row-acts">
        <Button
          variant="default"
          size="xs"
          aria-label={of === undefined ? `Link to ${name}` : `Remove the link to ${name}`}
          onClick={onAsk}
        >
          {of === undefined ? "Link…" : "Remove"}
        </Button>
      </div>
    </li>
  );
}

function Problem({
  code,
  provider,
}: {
  readonly code: string;
  readonly provider: string | undefined;
}) {
  // The same one while the page changes: the message takes the focus when it appears.
  const told = useMemo(() => signInProblem(code, provider), [code, provider]);
  return (
    <div style={{ marginBottom: 12 }}>
      <FormError error={told} />
    </div>
  );
}

/** Nothing where people sign in at no provider. */
export function IdentitiesSection({ problem }: IdentitiesSectionProps) {
  const session = useSession();
  const providers: readonly Provider[] = "about" in session ? (session.about?.providers ?? []) : [];
  const { data, error, refetch } = useQuery(identitiesQuery);
  const [asked, setAsked] = useState<Provider>();
  const linked = new Map((data ?? []).map((one) => [one.provider, one]));
  // Also those that the server does not know any more: they can be removed.
  const shown = [
    ...providers,
    ...(data ?? [])
      .filter((one) => !providers.some(({ id }) => id === one.provider))
      .map(({ provider, name }) => ({ id: provider, name })),
  ];
  if (shown.length === 0) return null;
  const nameOfProblem = shown.find(({ id }) => id === problem.provider)?.name;
  const close = () => setAsked(undefined);
  const isLinked = asked !== undefined && linked.has(asked.id);
  return (
    <Section
      title="Sign in elsewhere"
      about="With an account that you have at one of these, you sign in without a password."
    >
      {problem.problem !== undefined && <Problem code={problem.problem} provider={nameOfProblem} />}
      {data === undefined && !error && <Skeleton h={62} radius="lg" aria-busy="true" />}
      {data === undefined && <ActionError error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <ul className="card rows" aria-label="Accounts elsewhere">
          {shown.map((one) => (
            <Row key={one.id} name={one.name} of={linked.get(one.id)} onAsk={() => setAsked(one)} />
          ))}
        </ul>
      )}
      {asked && !isLinked && (
        <Confirm
          title={`Link to ${asked.name}`}
          button={`Go to ${asked.name}`}
          asksPassword
          send={(password) => startLink(asked.id, { password, path: "/account/security" })}
          onDone={(location) => window.location.assign(location)}
          onClose={close}
        >
          Sign in at {asked.name} and come back. From then on you can sign in with it here.
        </Confirm>
      )}
      {asked && isLinked && (
        <Confirm
          title={`Remove the link to ${asked.name}?`}
          button="Remove"
          isDangerous
          asksPassword
          send={(password) => unlink(asked.id, password)}
          onDone={async () => {
            await refetch();
            close();
          }}
          onClose={close}
        >
          You cannot sign in here with {asked.name} any more. Your account there stays as it is.
        </Confirm>
      )}
    </Section>
  );
}
