// Requests about one upload: confirmed, or deleted with what only it brought.
import { type Upload, upload } from "#services/contract/uploads.ts";
import { ask, type Client, tell } from "./client/client.ts";

const pathOf = (id: string): string => `/api/v1/uploads/${encodeURIComponent(id)}`;

/** @throws ParlanceError of the server. */
export const confirmUpload = (client: Client, id: string): Promise<Upload> =>
  ask(client, upload, { path: `${pathOf(id)}/confirm`, method: "POST" });

/** @throws ParlanceError of the server. */
export const deleteUpload = (client: Client, id: string): Promise<void> =>
  tell(client, { path: pathOf(id), method: "DELETE" });
