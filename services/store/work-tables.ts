// The tables of the work itself: jobs, leases, and which home a database belongs to.
import type { CollectionId, JobId } from "#services/domain/ids.ts";

export interface JobRow {
  id: JobId;
  /** "" for a job that belongs to no single collection, so that an index can seek it like the others. */
  collection_id: CollectionId | "";
  name: string;
  payload: string;
  job_key: string | null;
  /** "waiting" | "active" | "buried" */
  state: string;
  /** Increases with every job added: the order in which the jobs of one collection are taken. */
  ordinal: number;
  /** Earliest time to take it. */
  run_at: number;
  /** Deliveries since something new was last saved, including the current one. */
  attempt: number;
  /** All deliveries that did not end in good order. */
  starts: number;
  /** The highest count of saved things that a delivery gave as evidence of progress; 0 before the first. */
  checkpoint: number;
  /** 1 where its worker crashed with several jobs in hand: it is then taken alone. */
  suspect: number;
  /** Fencing token: increases with every claim and release; a verdict is only recorded with the current one. */
  fence: number;
  lease_until: number | null;
  /** The worker that has it in hand, and the host that started that worker. */
  owner: string | null;
  host: string | null;
  /** The last error, for people; null where nothing failed since something was last saved. */
  reason: string | null;
  created_at: number;
  buried_at: number | null;
  /** While it waits: until when it counts as on its way through a message broker; null where it was not published. */
  published_until: number | null;
}

/** One row: the home that this database belongs to. */
export interface HomeRow {
  id: string;
  created_at: number;
}

/** Who may do what only one process at a time may do: a name that is free has no row, or one whose time is over. */
export interface LeaseRow {
  name: string;
  /** The server of the process that has it, and the process. */
  host: string;
  owner: string;
  /** Made anew each time it is taken: who has it knows by this whether it still does. */
  token: string;
  until: number;
}

/** A model of the server. */
export interface ModelRow {
  /** What people call it: a name on the hub, or a folder's. */
  id: string;
  /** "folder" | "hub"; "settings" | "shipped" for what is measured of a model that needs no row otherwise */
  source: string;
  /** The folder, or the name on the hub. */
  place: string;
  /** "fetching" | "ready" | "failed" */
  state: string;
  /** Why it failed, in a sentence for a person. */
  problem: string | null;
  /** Bytes that are here, and of all its files; 0 before they are known. */
  done_bytes: number;
  total_bytes: number;
  /** Of its files when it became ready. */
  fingerprint: string | null;
  /** What it is (dimensions, languages, licence …) as JSON, from when it became ready. */
  facts: string | null;
  /** Vectors of the texts of the test when it was first tested, as JSON: later tests compare with them. */
  known: string | null;
  /** Texts a second, when it was last measured. */
  speed: number | null;
  speed_at: number | null;
  /** 1: new collections get it where the settings name none. */
  is_default: number;
  created_at: number;
}
