// A link to the guide of a format; to all formats where an upload is in none that is known.
import { Link } from "@tanstack/react-router";
import { sourceLabel } from "#services/domain/labels.ts";

export interface GuideLinkProps {
  /** null where no format was recognised. */
  readonly source: string | null;
}

export function GuideLink({ source }: GuideLinkProps) {
  return source === null ? (
    <Link to="/formats" className="text-link">
      Formats that are read, and how to get them
    </Link>
  ) : (
    <Link to="/formats/$source" params={{ source }} className="text-link">
      {sourceLabel(source)}: how to get an export, and what is read of it
    </Link>
  );
}
