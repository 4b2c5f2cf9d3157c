// Under the header on all pages: the server does not answer, or a part of it does not work in full.
import { Loader } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { collectionsQuery } from "../../api/collections.ts";
import { onReachability, reachability } from "../../api/reachability.ts";
import { readyQuery } from "../../api/system.ts";
import { type StatusLine, statusLines } from "../../shape/words/server-status.ts";

function Line({ line }: { readonly line: StatusLine }) {
  const { data: collections } = useQuery({
    ...collectionsQuery,
    enabled: line.collection !== undefined,
  });
  const affected = collections?.find((one) => one.id === line.collection);
  return (
    <li>
      {affected && (
        <>
          <Link to="/c/$collection" params={{ collection: affected.id }}>
            {affected.name}
          </Link>
          :{" "}
        </>
      )}
      {line.text}
    </li>
  );
}

/** The parts that do not work in full. Nothing is drawn where all work. */
function Degraded() {
  const { data } = useQuery(readyQuery);
  const lines = data ? statusLines(data) : [];
  return (
    <div role="status" aria-label="Server status">
      {lines.length > 0 && (
        <div className="server-degraded">
          <IconAlertTriangle size={17} stroke={1.7} aria-hidden />
          <ul>
            {lines.map((line) => (
              <Line key={line.key} line={line} />
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

export function ServerBanner() {
  const state = useSyncExternalStore(onReachability, reachability);
  return (
    <>
      <div aria-live="assertive">
        {state === "unreachable" && (
          <div className="server-unreachable">
            <Loader size={14} color="currentcolor" />
            The server does not answer. Trying again. This page shows what was loaded before.
          </div>
        )}
      </div>
      {state === "reachable" && <Degraded />}
    </>
  );
}
