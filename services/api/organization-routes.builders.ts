// How each route of the app is asked in the tests of two organizations.
import { noCleaning } from "#services/domain/cleaning.ts";
import type { Ids } from "./organizations.builders.ts";

/** How a request of a route is filled in, besides the ids in its path. */
export interface Filling {
  readonly query?: string | ((ids: Ids) => string);
  readonly body?: (ids: Ids) => unknown;
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** It changes what is there: it is only asked of what the caller does not have. */
  readonly changes?: true;
}

const form = [
  "--x",
  'content-disposition: form-data; name="file"; filename="a.txt"',
  "",
  "[10:00] <anna> hello",
  "--x--",
  "",
].join("\r\n");

const tus = { "tus-resumable": "1.0.0" };

/** Every route of the app; a test fails where one is missing. */
export const fillings: Readonly<Record<string, Filling>> = {
  "get /health": {},
  "get /ready": {},
  "get /api/v1/formats": {},
  "post /v1/embeddings": { body: () => ({ model: "hash-64", input: "hello" }) },
  "post /api/embed": { body: () => ({ model: "hash-64", input: "hello" }) },
  "post /api/embeddings": { body: () => ({ model: "hash-64", prompt: "hello" }) },
  "post /embed": { body: () => ({ inputs: "hello" }) },
  "get /api/tags": {},
  "get /api/version": {},
  "get /info": {},
  "get /v1/models": {},
  "get /v1/models/{id}": {},
  "get /api/v1/collections": {},
  "post /api/v1/collections": { body: () => ({ name: "More" }), changes: true },
  "get /api/v1/collections/{id}": {},
  "patch /api/v1/collections/{id}": { body: () => ({ description: "changed" }), changes: true },
  "delete /api/v1/collections/{id}": { changes: true },
  "get /api/v1/collections/{id}/uploads": {},
  "put /api/v1/collections/{id}/uploads": {
    query: "filename=a.txt",
    raw: "[10:00] <anna> hello",
    changes: true,
  },
  "post /api/v1/collections/{id}/uploads": {
    raw: form,
    headers: { "content-type": "multipart/form-data; boundary=x" },
    changes: true,
  },
  "post /api/v1/collections/{id}/uploads/resumable": {
    raw: "",
    headers: { ...tus, "upload-length": "5", "upload-metadata": "filename YS50eHQ=" },
    changes: true,
  },
  "get /api/v1/collections/{id}/uploads/resumable/{upload}": { headers: tus },
  "patch /api/v1/collections/{id}/uploads/resumable/{upload}": {
    raw: "hello",
    headers: { ...tus, "upload-offset": "0", "content-type": "application/offset+octet-stream" },
    changes: true,
  },
  "delete /api/v1/collections/{id}/uploads/resumable/{upload}": { headers: tus, changes: true },
  "get /api/v1/uploads/{id}": {},
  "get /api/v1/uploads/{id}/columns": {},
  "put /api/v1/uploads/{id}/columns": {
    body: () => ({ text: [{ column: "text" }] }),
    changes: true,
  },
  "get /api/v1/collections/{id}/cleaning": {},
  "put /api/v1/collections/{id}/cleaning": { body: () => noCleaning, changes: true },
  "post /api/v1/collections/{id}/cleaning/preview": { body: () => noCleaning },
  "get /api/v1/collections/{id}/cleaning/findings": {},
  "get /api/v1/collections/{id}/cleaning/report": {},
  "get /api/v1/collections/{id}/columns": {},
  "delete /api/v1/collections/{id}/columns/{columns}": { changes: true },
  "get /api/v1/uploads/{id}/events": {},
  "get /api/v1/uploads/{id}/original": {},
  "post /api/v1/uploads/{id}/confirm": { changes: true },
  "post /api/v1/uploads/{id}/cancel": { changes: true },
  "post /api/v1/uploads/{id}/retry": { changes: true },
  "delete /api/v1/uploads/{id}": { changes: true },
  "post /api/v1/search": { body: () => ({ query: "hive honey", limit: 50 }) },
  "post /api/v1/collections/{id}/search": { body: () => ({ query: "hive honey", limit: 50 }) },
  "post /api/v1/answer": { body: () => ({ query: "hive honey" }) },
  "post /api/v1/collections/{id}/answer": { body: () => ({ query: "hive honey" }) },
  "post /api/v1/answer/written": { body: () => ({ query: "hive honey" }) },
  "post /api/v1/collections/{id}/answer/written": { body: () => ({ query: "hive honey" }) },
  "get /api/v1/collections/{id}/conversations": { query: "limit=200" },
  "get /api/v1/conversations/{id}": {},
  "get /api/v1/messages/{id}/raw": {},
  "get /api/v1/attachments/{id}": {},
  "get /api/v1/collections/{id}/export": {},
  "get /api/v1/collections/{id}/versions": {},
  "get /api/v1/collections/{id}/versions/diff": { query: "from=1&to=2" },
  "post /api/v1/collections/{id}/versions/{version}/tags": {
    body: () => ({ name: "tagged" }),
    changes: true,
  },
  "delete /api/v1/collections/{id}/versions/{version}/tags/{tag}": { changes: true },
  "get /api/v1/collections/{id}/analysis": {},
  "post /api/v1/collections/{id}/analysis": { body: () => ({}), changes: true },
  "put /api/v1/collections/{id}/analysis/settings": { body: () => ({}), changes: true },
  "get /api/v1/collections/{id}/analysis/files/{name}": {},
  "get /api/v1/collections/{id}/topics": {},
  "get /api/v1/collections/{id}/topics/{topic}": {},
  "get /api/v1/collections/{id}/topic-events": {},
  "get /api/v1/collections/{id}/topic-edits": {},
  "post /api/v1/collections/{id}/topic-edits": {
    body: ({ topic }) => ({ kind: "rename", topic, title: "Changed" }),
    changes: true,
  },
  "delete /api/v1/collections/{id}/topic-edits/{edit}": { changes: true },
  "get /api/v1/collections/{id}/map": {},
  "get /api/v1/collections/{id}/map/points": {},
  "get /api/v1/collections/{id}/map/columns/{name}": {},
  "get /api/v1/collections/{id}/map/points/{point}": {},
  "post /api/v1/collections/{id}/map/hits": { body: () => ({ query: "hive honey" }) },
  "get /api/v1/collections/{id}/merges": {},
  "get /api/v1/collections/{id}/merge-suggestions": {
    query: ({ conversation }) => `conversation=${conversation}`,
  },
  "post /api/v1/collections/{id}/merges/preview": {
    body: ({ conversation }) => ({ conversations: [conversation, conversation] }),
    changes: true,
  },
  "post /api/v1/collections/{id}/merges": {
    body: ({ conversation }) => ({ conversations: [conversation, conversation] }),
    changes: true,
  },
  "delete /api/v1/collections/{id}/merges/{merge}": { changes: true },
  "get /api/v1/collections/{id}/people": {},
  "post /api/v1/collections/{id}/people/edits": {
    body: () => ({ kind: "bot", person: "anna", bot: true }),
    changes: true,
  },
  "delete /api/v1/collections/{id}/people/edits/{edit}": { changes: true },
  "put /api/v1/collections/{id}/people/me": {
    body: () => ({ person: "anna", me: true }),
    changes: true,
  },
  "post /api/v1/collections/{id}/people/suggestions/accept": {
    body: () => ({ pairs: [["anna", "Anna"]] }),
    changes: true,
  },
  "post /api/v1/collections/{id}/people/suggestions/dismiss": {
    body: () => ({ pairs: [["anna", "Anna"]] }),
    changes: true,
  },
  "get /api/v1/collections/{id}/labels": {},
  "post /api/v1/collections/{id}/labels": {
    body: () => ({ name: "More", selection: {} }),
    changes: true,
  },
  "delete /api/v1/collections/{id}/labels/{label}": { changes: true },
  "post /api/v1/collections/{id}/figures": { body: () => ({}) },
  "post /api/v1/collections/{id}/messages": { body: () => ({ limit: 200, facets: true }) },
  "post /api/v1/collections/{id}/compare": {
    body: ({ topic }) => ({ a: { topics: [topic] }, b: {} }),
  },
  "post /api/v1/collections/{id}/try-model": {
    body: () => ({ model: "none", questions: ["sail"] }),
    changes: true,
  },
  "get /api/v1/collections/{id}/overview": {},
  "get /api/v1/collections/{id}/report": {},
  "get /api/v1/collections/{id}/concepts": {},
  "post /api/v1/collections/{id}/concepts": {
    body: () => ({ name: "More", query: "sail" }),
    changes: true,
  },
  "get /api/v1/collections/{id}/concepts/{concept}": {},
  "patch /api/v1/collections/{id}/concepts/{concept}": {
    body: () => ({ name: "Changed" }),
    changes: true,
  },
  "delete /api/v1/collections/{id}/concepts/{concept}": { changes: true },
  "post /api/v1/collections/{id}/concepts/{concept}/examples": {
    body: ({ chunk }) => ({ chunk, verdict: "up" }),
    changes: true,
  },
  "post /api/v1/collections/{id}/concepts/{concept}/test-webhook": {},
  "get /api/v1/collections/{id}/concepts/{concept}/hits": {},
  "get /api/v1/collections/{id}/concepts/{concept}/trend": {},
  "get /api/v1/searches": {},
  "post /api/v1/searches/opened": { body: () => ({ place: 1, mode: "hybrid" }) },
  "get /api/v1/jobs": {},
  "post /api/v1/jobs/{id}/retry": { changes: true },
  "post /api/v1/jobs/{id}/cancel": { changes: true },
  "delete /api/v1/jobs/{id}": { changes: true },
  "get /api/v1/alerts": {},
  "post /api/v1/alerts/seen": { body: ({ alert }) => ({ alerts: [alert] }), changes: true },
};
