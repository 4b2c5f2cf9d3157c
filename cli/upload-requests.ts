// Requests about one upload: its tables, confirmed, or deleted with what only it brought.
import { uploadColumns } from "#services/contract/columns.ts";
import type { UploadInspection } from "#services/contract/inspections.ts";
import { type Upload, upload } from "#services/contract/uploads.ts";
import { ask, type Client, tell } from "./client/client.ts";

const pathOf = (id: string): string => `/api/v1/uploads/${encodeURIComponent(id)}`;

/**
 * @param inspectedAt of the report that was read: where the file was inspected again since, nothing is imported
 * @throws ParlanceError of the server.
 */
export const confirmUpload = (client: Client, id: string, inspectedAt: number): Promise<Upload> =>
  ask(client, upload, {
    path: `${pathOf(id)}/confirm?inspectedAt=${inspectedAt}`,
    method: "POST",
  });

/**
 * The report of an inspection with the first rows of its tables, which the server keeps beside it.
 * @throws ParlanceError of the server.
 */
export const withRows = async (
  client: Client,
  id: string,
  inspection: UploadInspection,
): Promise<UploadInspection> =>
  inspection.tables.length === 0
    ? inspection
    : {
        ...inspection,
        tables: (await ask(client, uploadColumns, { path: `${pathOf(id)}/columns` })).tables,
      };

/** @throws ParlanceError of the server. */
export const deleteUpload = (client: Client, id: string): Promise<void> =>
  tell(client, { path: pathOf(id), method: "DELETE" });
