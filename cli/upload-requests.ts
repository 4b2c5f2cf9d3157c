// Requests about one upload: confirmed, or deleted with what only it brought.
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

/** @throws ParlanceError of the server. */
export const deleteUpload = (client: Client, id: string): Promise<void> =>
  tell(client, { path: pathOf(id), method: "DELETE" });
