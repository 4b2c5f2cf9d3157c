// "The server is busy, trying again in 4 s": shown while a search waits to be sent again.

import { IconHourglass } from "@tabler/icons-react";
import { useState } from "react";
import { maxBusyRetries } from "../../api/retry.ts";
import { Notice } from "../parts/notice.tsx";
import { useNow } from "../parts/now.ts";

export interface BusyNoticeProps {
  /** Which retry comes next, from 1. Give the component the same number as its key: each wait is counted from its start. */
  readonly retry: number;
  readonly waitMs: number;
}

const tickMs = 250;

export function BusyNotice({ retry, waitMs }: BusyNoticeProps) {
  const [start] = useState(() => Date.now());
  const now = useNow(tickMs);
  const seconds = Math.max(0, Math.ceil((start + waitMs - now) / 1000));
  return (
    <Notice role="status" icon={<IconHourglass size={18} stroke={1.7} aria-hidden />}>
      <p>
        The server is busy, trying again
        {/* Read out once, not at every second. */}
        <span aria-hidden="true">{seconds > 0 ? ` in ${seconds} s` : " now"}</span>. Try {retry} of{" "}
        {maxBusyRetries}.
      </p>
    </Notice>
  );
}
