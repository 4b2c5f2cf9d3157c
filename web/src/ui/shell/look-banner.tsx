// Above every page while this tab sees the app as somebody else: as whom, for how long, and the button that stops it.
import { Button } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { stopLook } from "../../api/looks.ts";
import { forgetLook, type Look, lookIsOver } from "../../api/session.ts";
import { timeLeft } from "../../shape/words/times.ts";
import { useLook, usePastLook } from "../account/use-session.ts";
import { describeError } from "../parts/error-message.tsx";
import { useNow } from "../parts/now.ts";

function Looking({ look }: { readonly look: Look }) {
  const now = useNow(5_000);
  const left = look.endsAt - now;
  const stop = useMutation({ mutationFn: stopLook });
  useEffect(() => {
    if (left <= 0) lookIsOver();
  }, [left]);
  return (
    <section className="look-banner" aria-label="Read-only view">
      <IconEye size={17} stroke={1.7} aria-hidden />
      <p>
        <span role="status">
          You see Parlance as <strong>{look.name}</strong>, read-only
        </span>
        <span>, {timeLeft(Math.max(0, left))} left.</span>
        {stop.error && <span role="alert"> {describeError(stop.error).detail}</span>}
      </p>
      <Button
        size="compact-sm"
        variant="default"
        loading={stop.isPending}
        onClick={() => stop.mutate()}
      >
        Stop
      </Button>
    </section>
  );
}

export function LookBanner() {
  const look = useLook();
  const past = usePastLook();
  if (look !== undefined) return <Looking key={look.access} look={look} />;
  if (past === undefined) return null;
  return (
    <section className="look-banner" aria-label="Read-only view">
      <IconEye size={17} stroke={1.7} aria-hidden />
      <p role="status">
        You do not see Parlance as <strong>{past}</strong> any more: it is over.
      </p>
      <Button size="compact-sm" variant="default" onClick={forgetLook}>
        Close
      </Button>
    </section>
  );
}
