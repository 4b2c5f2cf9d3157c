// Sentences about parts of the server that do not work in full, each with a link to the affected collection.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { collectionsQuery } from "../../api/collections.ts";
import type { StatusLine } from "../../shape/words/server-status.ts";

export function StatusLines({ lines }: { readonly lines: readonly StatusLine[] }) {
  const { data: collections } = useQuery({
    ...collectionsQuery,
    enabled: lines.some(({ collection }) => collection !== undefined),
  });
  return (
    <ul className="status-lines">
      {lines.map(({ key, text, collection }) => {
        const affected = collections?.find((one) => one.id === collection);
        return (
          <li key={key}>
            {affected && (
              <>
                <Link to="/c/$collection" params={{ collection: affected.id }}>
                  {affected.name}
                </Link>
                :{" "}
              </>
            )}
            {text}
          </li>
        );
      })}
    </ul>
  );
}
