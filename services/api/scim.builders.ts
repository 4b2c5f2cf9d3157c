// For tests of SCIM: an identity provider that has a key of an organization, and what it reads.
import { z } from "zod";
import { madeApiKey } from "#services/contract/accounts.ts";
import type { TestBrowser } from "./accounts.builders.ts";
import type { TestApi } from "./api.builders.ts";

export const urn = (name: "User" | "Group") => `urn:ietf:params:scim:schemas:core:2.0:${name}`;
export const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const anything = z.looseObject({
  id: z.string().optional(),
  detail: z.string().optional(),
  scimType: z.string().optional(),
  totalResults: z.number().optional(),
  Resources: z.array(z.looseObject({ id: z.string() })).optional(),
  members: z.array(z.looseObject({ value: z.string() })).optional(),
});

export interface ScimAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly location: string | null;
  readonly body: z.infer<typeof anything>;
}

export type ScimClient = (method: string, path: string, body?: unknown) => Promise<ScimAnswer>;

/** @param path behind /scim/v2 */
export const aScimClient =
  (api: Pick<TestApi, "ask">, key: string): ScimClient =>
  async (method, path, body) => {
    const response = await api.ask(`/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        accept: "application/scim+json",
        // Many providers name the type of a body that they do not send.
        ...(body === undefined && method === "GET"
          ? {}
          : { "content-type": "application/scim+json; charset=utf-8" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      location: response.headers.get("location"),
      body: anything.parse(text === "" ? {} : JSON.parse(text)),
    };
  };

/** A key of this person's organization. */
export const scimKeyOf = async (person: Pick<TestBrowser, "read">): Promise<string> =>
  (await person.read(madeApiKey, "/api/v1/keys", { body: { name: "Provider" } })).secret;

export const aUser = (userName: string, more: object = {}) => ({
  schemas: [urn("User")],
  userName,
  ...more,
});

/** The id of a user or a group that is made. @throws where it was not */
export const made = async (asking: Promise<ScimAnswer>): Promise<string> => {
  const { status, body } = await asking;
  if (status !== 201 || body.id === undefined) throw new Error(`${status} ${body.detail}`);
  return body.id;
};

export const patchOf = (...Operations: unknown[]) => ({ schemas: [patchUrn], Operations });
