// What can be done with a search as a whole: keep it as a concept, share it by a link.
import { IconBulb } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type SearchAddress, sharedQuestionOf } from "../../shape/address/search-address.ts";
import { ShareButton } from "../share/share-button.tsx";

export interface SearchActsProps {
  /** All collections where undefined. */
  readonly collection: string | undefined;
  readonly address: SearchAddress;
}

/** Nothing for a search in all collections: concepts and links belong to one. */
export function SearchActs({ collection, address }: SearchActsProps) {
  if (collection === undefined) return null;
  const isAsked = (address.q ?? "").trim() !== "";
  const shared = sharedQuestionOf(address);
  return (
    <div className="search-acts">
      {isAsked && (
        <Link
          to="/c/$collection/concepts"
          params={{ collection }}
          search={{ new: address.q }}
          className="hit-act search-concept"
        >
          <IconBulb size={14} stroke={1.7} aria-hidden />
          Save as a concept
        </Link>
      )}
      {shared && <ShareButton as="act" collection={collection} target={shared} />}
    </div>
  );
}
