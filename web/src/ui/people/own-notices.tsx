// On the page of alerts: what one was told of one's own imports. To have looked at it is to have seen it.
import { Badge, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Notice } from "#services/contract/own-data.ts";
import { noticesQuery, seeNotices } from "../../api/own-data.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import { useSession } from "../account/use-session.ts";
import { useNow } from "../parts/now.ts";
import "../parts/rows.css";

/** Looked at for so long: a page that only flew by was not seen. */
const lookMs = 2000;

function NoticeRow({ of, now }: { readonly of: Notice; readonly now: number }) {
  const isDone = of.kind === "import-done";
  return (
    <li>
      <div className="row-main">
        <span className="row-title">
          {!of.isSeen && (
            <Badge size="xs" tt="none">
              New
            </Badge>
          )}
          <Link
            to="/c/$collection/uploads"
            params={{ collection: of.collection.id }}
            className="text-link"
          >
            {of.filename}
          </Link>
        </span>
        <span className="row-sub">
          {isDone ? "The import is done" : "The import has failed"} · {of.collection.name}
        </span>
      </div>
      <time
        className="row-sub tabular"
        dateTime={new Date(of.at).toISOString()}
        title={fullTime(of.at)}
      >
        {ago(of.at, now)}
      </time>
    </li>
  );
}

/** Nothing where nobody signs in, and where there is nothing to tell. */
export function OwnNotices() {
  const client = useQueryClient();
  const now = useNow();
  const isSignedIn = useSession().kind === "signed-in";
  const { data } = useQuery({ ...noticesQuery, enabled: isSignedIn });
  const unseen = data?.unseen ?? 0;
  useEffect(() => {
    if (unseen === 0) return;
    const timer = setTimeout(() => {
      void seeNotices().then(() => client.invalidateQueries({ queryKey: noticesQuery.queryKey }));
    }, lookMs);
    return () => clearTimeout(timer);
  }, [unseen, client]);
  if (data === undefined || data.notices.length === 0) return null;
  return (
    <section aria-labelledby="own-imports" style={{ marginBottom: 28 }}>
      <Title order={2} size="h3" id="own-imports" mb={10}>
        Your imports
      </Title>
      <ul className="card rows">
        {data.notices.map((one) => (
          <NoticeRow key={one.id} of={one} now={now} />
        ))}
      </ul>
    </section>
  );
}
