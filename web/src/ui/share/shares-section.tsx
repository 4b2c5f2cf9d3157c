// The shared links of a collection, in its settings: what each opens, until when, how often it was opened; and their withdrawal.
import { Badge, Button, Skeleton, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { share } from "#services/contract/shares.ts";
import { ProblemError } from "../../api/plain-request.ts";
import { sharesQuery, withdrawShare } from "../../api/shares.ts";
import { counted } from "../../shape/words/numbers.ts";
import { shareLabels } from "../../shape/words/shares.ts";
import { ago, date } from "../../shape/words/times.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { useNow } from "../parts/now.ts";
import { Section } from "../parts/section.tsx";
import { Face } from "../people/face.tsx";
import { useMayShare } from "./share-button.tsx";

type Share = z.infer<typeof share>;

const openedText = ({ opened, lastOpenedAt }: Share, now: number): string => {
  if (opened === 0) return "never opened";
  const last = lastOpenedAt === null ? "" : `, last ${ago(lastOpenedAt, now)}`;
  return `opened ${opened === 1 ? "once" : counted(opened, "time")}${last}`;
};

interface RowProps {
  readonly of: Share;
  readonly now: number;
  readonly onWithdraw: () => void;
}

function Row({ of, now, onWithdraw }: RowProps) {
  const isOver = of.expiresAt <= now;
  return (
    <li>
      <Face id={of.madeById} name={of.madeBy} />
      <div className="row-main">
        <span className="row-title">
          {of.title}
          {of.hasPassword && (
            <Badge size="sm" variant="light" color="gray" tt="none">
              Password
            </Badge>
          )}
        </span>
        <span className="row-sub">
          {[
            shareLabels[of.target.kind],
            `by ${of.madeBy}`,
            `made ${date(of.createdAt)}`,
            `${isOver ? "ended" : "until"} ${date(of.expiresAt)}`,
          ].join(" · ")}
        </span>
        <span className="row-sub">{openedText(of, now)}</span>
      </div>
      <div className="row-acts">
        <Button
          variant="default"
          size="xs"
          aria-label={`Withdraw the link to ${of.title}`}
          onClick={onWithdraw}
        >
          Withdraw
        </Button>
      </div>
    </li>
  );
}

const isNotAllowed = (error: unknown) =>
  error instanceof ProblemError && error.problem.status === 403;

/** Nothing where there are no accounts, and for those who do not manage the collection. */
export function SharesSection({ collection }: { readonly collection: string }) {
  const mayShare = useMayShare();
  const now = useNow();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ ...sharesQuery(collection), enabled: mayShare });
  const [asked, setAsked] = useState<Share>();
  if (!mayShare || (data === undefined && isNotAllowed(error))) return null;
  const close = () => setAsked(undefined);
  return (
    <Section
      title="Shared links"
      about="Links to one conversation, search or topic, the report or the map of this collection, for people without an account."
    >
      {data === undefined && !error && <Skeleton h={62} radius="lg" aria-busy="true" />}
      {data === undefined && <ActionError error={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <Text size="sm">There are none. What can be shared has a button “Share”.</Text>
      )}
      {data !== undefined && data.length > 0 && (
        <ul className="card rows" aria-label="Shared links">
          {data.map((one) => (
            <Row key={one.id} of={one} now={now} onWithdraw={() => setAsked(one)} />
          ))}
        </ul>
      )}
      {asked && (
        <Confirm
          title="Withdraw this link?"
          button="Withdraw"
          isDangerous
          send={() => withdrawShare(collection, asked.id)}
          onDone={async () => {
            await client.invalidateQueries({ queryKey: sharesQuery(collection).queryKey });
            close();
          }}
          onClose={close}
        >
          Whoever has the link to “{asked.title}” cannot open it any more.
        </Confirm>
      )}
    </Section>
  );
}
