// Under the header on all pages: the server does not answer, or a part of it does not work in full.
import { Loader } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { collectionQuery } from "../../api/collections.ts";
import { onReachability, reachability } from "../../api/reachability.ts";
import { readyQuery } from "../../api/system.ts";
import { counted } from "../../shape/words/numbers.ts";
import { type StatusLine, shortened, statusLines } from "../../shape/words/server-status.ts";
import { StatusLines } from "./status-lines.tsx";

const mostLines = 3;

/** Without what the page of the open collection says itself, as its health. */
const useNotOnPage = (lines: readonly StatusLine[]): readonly StatusLine[] => {
  const { collection } = useParams({ strict: false });
  const { data } = useQuery({
    ...collectionQuery(collection ?? ""),
    enabled: collection !== undefined && lines.length > 0,
  });
  const said = new Set(data?.health?.reasons.map(({ message }) => message));
  return lines.filter((line) => line.collection !== collection || !said.has(line.text));
};

/** The parts that do not work in full. Nothing is drawn where all work, and on the status page, which shows them itself. */
function Degraded() {
  const { data } = useQuery(readyQuery);
  const onStatusPage = useLocation({ select: ({ pathname }) => pathname === "/status" });
  const lines = useNotOnPage(data ? statusLines(data) : []);
  const { shown, more } = shortened(onStatusPage ? [] : lines, mostLines);
  return (
    <div role="status" aria-label="Server status">
      {shown.length > 0 && (
        <div className="server-degraded">
          <IconAlertTriangle size={17} stroke={1.7} aria-hidden />
          <StatusLines lines={shown} />
          <Link to="/status">{more > 0 ? `${counted(more, "more problem")}` : "Details"}</Link>
        </div>
      )}
    </div>
  );
}

/** That the server does not answer, and nothing where it does. */
export function ServerReach() {
  const state = useSyncExternalStore(onReachability, reachability);
  return (
    <div aria-live="assertive" className="server-reach">
      {state === "unreachable" && (
        <div className="server-unreachable">
          <Loader size={14} color="currentcolor" />
          <span>The server does not answer. Trying again. What you see was loaded before.</span>
        </div>
      )}
    </div>
  );
}

export function ServerBanner() {
  const state = useSyncExternalStore(onReachability, reachability);
  return (
    <>
      <ServerReach />
      {state === "reachable" && <Degraded />}
    </>
  );
}
