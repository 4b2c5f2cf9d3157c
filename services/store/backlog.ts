// What waits to be worked on, of all organizations together: jobs, and bytes of uploads that are not read yet.
import type { UploadState } from "#services/contract/uploads.ts";
import type { Database } from "./database.ts";

export interface Backlog {
  /** Jobs that nobody has in hand, those for later included. */
  readonly jobs: number;
  /** Bytes of the files that are queued, being inspected or being read. */
  readonly bytes: number;
}

const unread = ["inspecting", "queued", "reading"] as const satisfies readonly UploadState[];

export const readBacklog = async ({ system }: Database): Promise<Backlog> => {
  const [jobs, uploads] = await Promise.all([
    system.rows
      .selectFrom("jobs")
      .select((make) => make.fn.countAll<number>().as("count"))
      .where("state", "=", "waiting")
      .executeTakeFirst(),
    system.rows
      .selectFrom("uploads")
      .select((make) => make.fn.sum<number | null>("bytes").as("bytes"))
      .where("state", "in", unread)
      .executeTakeFirst(),
  ]);
  return { jobs: Number(jobs?.count ?? 0), bytes: Number(uploads?.bytes ?? 0) };
};
