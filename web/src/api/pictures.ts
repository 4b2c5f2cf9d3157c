// Requests about pictures of people: one's own, set and removed, and those of others, as data that an image element takes.
import { queryOptions } from "@tanstack/react-query";
import { account } from "#services/contract/accounts.ts";
import { base, reading } from "./plain-request.ts";
import { ask, open } from "./request.ts";

const at = `${base}/account/picture`;

export const putPicture = (picture: Blob) => ask(account, at, { method: "PUT", body: picture });
export const deletePicture = () => ask(account, at, { method: "DELETE" });

const dataUrl = (blob: Blob): Promise<string> =>
  new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });

/** @param tag of the picture: another one is another query */
export const pictureQuery = (id: string, tag: string) =>
  queryOptions({
    queryKey: ["picture", id, tag],
    queryFn: async ({ signal }) => {
      const path = `${base}/people/${encodeURIComponent(id)}/picture`;
      const response = await open(path, { accept: "image/*, application/problem+json", signal });
      return dataUrl(await reading(() => response.blob(), signal));
    },
    staleTime: "static",
    gcTime: 600_000,
    retry: false,
  });
