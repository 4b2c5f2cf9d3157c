// On the overview: files that wait until somebody confirms their import, with a link to what is in them.
import { IconHourglass } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { uploadsQuery } from "../../api/uploads.ts";
import { counted } from "../../shape/words/numbers.ts";
import { Notice } from "../parts/notice.tsx";

export function WaitingImports({ collection }: { readonly collection: string }) {
  const { data = [] } = useQuery(uploadsQuery(collection));
  const waiting = data.filter(({ state }) => state === "unconfirmed");
  if (waiting.length === 0) return null;
  return (
    <div className="collection-notices">
      <Notice
        role="status"
        title={`${counted(waiting.length, "file")} ${waiting.length === 1 ? "waits" : "wait"} to be imported`}
        icon={<IconHourglass size={18} stroke={1.7} aria-hidden />}
      >
        <p>
          Nothing of it is in the collection yet.{" "}
          <Link to="/c/$collection/uploads" params={{ collection }} className="text-link">
            See what is in it
          </Link>
        </p>
      </Notice>
    </div>
  );
}
