// API keys as a list: what each may do, since when and until when, and a button to delete it.
import { Button, Code } from "@mantine/core";
import { useState } from "react";
import type { z } from "zod";
import type { apiKey } from "#services/contract/accounts.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ago, date } from "../../shape/words/times.ts";
import { Confirm } from "../parts/confirm.tsx";
import { useNow } from "../parts/now.ts";
import "../parts/rows.css";

export type ApiKey = z.infer<typeof apiKey>;

export interface KeyListProps {
  readonly label: string;
  readonly keys: readonly ApiKey[];
  /** Where the keys are those of several people. */
  readonly showsOwner?: boolean;
  readonly onDelete: (id: string) => Promise<unknown>;
}

const endOf = ({ expiresAt }: ApiKey, now: number): string => {
  if (expiresAt === null) return "does not end";
  return expiresAt <= now ? `ended ${date(expiresAt)}` : `ends ${date(expiresAt)}`;
};

/** A key for SCIM opens no collection. */
const reachOf = ({ scopes, collections }: ApiKey): string[] => {
  if (scopes.every((scope) => scope === "scim")) return ["SCIM: members and teams"];
  const all = collections === null;
  return [scopes.join(", "), all ? "all collections" : counted(collections.length, "collection")];
};

export function KeyList({ label, keys, showsOwner = false, onDelete }: KeyListProps) {
  const now = useNow();
  const [asked, setAsked] = useState<ApiKey>();
  return (
    <>
      <ul className="card rows" aria-label={label}>
        {keys.map((key) => (
          <li key={key.id}>
            <div className="row-main">
              <span className="row-title">
                {key.name}
                <Code>{key.prefix}…</Code>
              </span>
              <span className="row-sub">
                {[...(showsOwner ? [key.owner.name] : []), ...reachOf(key)].join(" · ")}
              </span>
              <span className="row-sub">
                {[
                  `made ${date(key.createdAt)}`,
                  endOf(key, now),
                  key.lastUsedAt === null ? "never used" : `used ${ago(key.lastUsedAt, now)}`,
                ].join(" · ")}
              </span>
            </div>
            <div className="row-acts">
              <Button
                variant="default"
                size="xs"
                aria-label={`Delete the key ${key.name}`}
                onClick={() => setAsked(key)}
              >
                Delete
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {asked && (
        <Confirm
          title="Delete this key?"
          button="Delete"
          isDangerous
          send={() => onDelete(asked.id)}
          onDone={() => setAsked(undefined)}
          onClose={() => setAsked(undefined)}
        >
          Programs that use the key “{asked.name}” are refused from then on.
        </Confirm>
      )}
    </>
  );
}
