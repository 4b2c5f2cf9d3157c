// What can be done with a search as a whole: keep it as a concept, share it by a link.
import { IconBulb } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Collection } from "#services/contract/collections.ts";
import { type SearchAddress, sharedQuestionOf } from "../../shape/address/search-address.ts";
import { ShareButton } from "../share/share-button.tsx";

export interface SearchActsProps {
  readonly collection: Collection;
  readonly address: SearchAddress;
}

/** Of a search in one collection, to which concepts and links belong. */
export function SearchActs({ collection: { id, level }, address }: SearchActsProps) {
  const isAsked = (address.q ?? "").trim() !== "";
  const shared = sharedQuestionOf(address);
  return (
    <div className="search-acts">
      {isAsked && level !== "read" && (
        <Link
          to="/c/$collection/concepts"
          params={{ collection: id }}
          search={{ new: address.q }}
          className="hit-act search-concept"
        >
          <IconBulb size={14} stroke={1.7} aria-hidden />
          Save as a concept
        </Link>
      )}
      {shared && <ShareButton as="act" collection={id} target={shared} />}
    </div>
  );
}
