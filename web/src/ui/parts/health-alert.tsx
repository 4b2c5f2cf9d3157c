// An alert that a collection works in part only, or is being rebuilt, with the reasons that the server gives.
import { IconAlertTriangle } from "@tabler/icons-react";
import type { CollectionHealth } from "#services/contract/common.ts";
import { healthTitle } from "../../shape/words/health.ts";
import { Notice } from "./notice.tsx";

export interface HealthAlertProps {
  /** Undefined where the server does not say. */
  readonly health: CollectionHealth | undefined;
  /** The collection's name, where the page shows several. */
  readonly collection?: string | undefined;
}

export function HealthAlert({ health, collection }: HealthAlertProps) {
  if (health === undefined || health.state === "ok") return null;
  const title = healthTitle(health.state);
  return (
    <Notice
      role="alert"
      title={collection === undefined ? title : `${collection}: ${title}`}
      icon={<IconAlertTriangle size={18} stroke={1.7} aria-hidden />}
    >
      {health.reasons.map(({ code, message }) => (
        <p key={`${code} ${message}`}>{message}</p>
      ))}
    </Notice>
  );
}
