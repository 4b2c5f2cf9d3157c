// What a job does, with a link to the collection that it is about.
import { Link } from "@tanstack/react-router";
import type { Collection } from "#services/contract/collections.ts";
import type { CurrentJob, GivenUpJob } from "#services/contract/job-list.ts";

export interface JobTitleProps {
  readonly job: Pick<CurrentJob | GivenUpJob, "name" | "title">;
  /** Undefined where it is about none, or its collection is gone. */
  readonly collection: Collection | undefined;
}

export function JobTitle({ job, collection }: JobTitleProps) {
  return (
    <>
      {job.title}
      {collection && (
        <>
          {": "}
          <Link
            to={job.name === "upload.received" ? "/c/$collection/uploads" : "/c/$collection"}
            params={{ collection: collection.id }}
            className="text-link"
          >
            {collection.name}
          </Link>
        </>
      )}
    </>
  );
}
