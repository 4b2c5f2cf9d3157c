// A job of the organization that was given up: what it was about, with a link to its collection.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { GivenUpJob, JobList } from "#services/contract/job-list.ts";
import { collectionsQuery } from "../../api/collections.ts";
import { forgetJob, jobsQuery, retryJob } from "../../api/jobs.ts";
import { useMayImport } from "../account/may.ts";
import { GivenUpLine } from "./given-up-line.tsx";
import { JobTitle } from "./job-title.tsx";

export function GivenUpCard({ job }: { readonly job: GivenUpJob }) {
  const client = useQueryClient();
  const mayImport = useMayImport();
  const { data: collections } = useQuery(collectionsQuery);
  const collection = collections?.find(({ id }) => id === job.collection);
  const take = (jobs: JobList) => {
    client.setQueryData(jobsQuery.queryKey, jobs);
    // An upload or an analysis is under way again, and the banner has a line less.
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "jobs" });
  };
  return (
    <GivenUpLine
      job={job}
      title={<JobTitle job={job} collection={collection} />}
      acts={
        mayImport && collection?.level !== "read"
          ? {
              retry: async () => take(await retryJob(job.id)),
              forget: async () => take(await forgetJob(job.id)),
            }
          : undefined
      }
    />
  );
}
