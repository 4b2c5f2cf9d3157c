// Many organizations in one home, each with canaries in its messages, and random questions that try to get at those of others.
import { makeKey, type Person } from "#services/accounts/accounts.ts";
import { collection } from "#services/contract/collections.ts";
import {
  type OrganizationId,
  organizationId,
  userId,
  userSessionId,
} from "#services/domain/ids.ts";
import { stageNames } from "#services/domain/stage-names.ts";
import { addOrganization } from "#services/store/store.ts";
import { startBelt } from "#workers/belt.ts";
import { type AccountsApi, openAccountsApi } from "./accounts.builders.ts";

const words =
  "kettle printer harbour violin granite willow lantern otter copper meadow engine sparrow ticket velvet marble cactus".split(
    " ",
  );

export interface Tenant {
  readonly number: number;
  readonly organization: OrganizationId;
  readonly key: string;
  readonly collection: string;
  readonly conversations: readonly string[];
  readonly messages: readonly string[];
  readonly chunks: readonly string[];
  readonly uploads: readonly string[];
  /** Cursors that it was given. */
  readonly cursors: string[];
}

export interface Tenants {
  readonly api: AccountsApi;
  readonly all: readonly Tenant[];
  close(): Promise<void>;
}

/** Of each organization: its number stands in every message, in a form that nobody asks for. */
const markOf = (tenant: number, message: number): string => `mark-${tenant}-${message}-end`;

const logOf = (tenant: number, messages: number): string =>
  Array.from({ length: messages }, (_, at) => {
    const own = [0, 1, 2, 3].map(
      (shift) => words[(tenant * 7 + at * 3 + shift * 5) % words.length],
    );
    const minute = `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
    return `[${minute}] <nick${at % 4}> ${own.join(" ")} canary${tenant} ${markOf(tenant, at)}`;
  }).join("\n");

const joined = async (
  api: AccountsApi,
  number: number,
): Promise<{ organization: OrganizationId; key: string }> => {
  const { parts } = await api.instance.accounts();
  const { rows } = parts.database.system;
  const organization = organizationId(`tenant${number}`);
  const person: Person = {
    kind: "user",
    id: userId(`tenant${String(number).padStart(6, "0")}`),
    name: `Owner ${number}`,
    session: userSessionId("none0000"),
    role: "owner",
    incomplete: false,
    uncounted: true,
  };
  await addOrganization(rows, {
    id: organization,
    name: `Tenant ${number}`,
    created_at: 1,
  });
  await rows
    .insertInto("users")
    .values({
      id: person.id,
      email: `tenant${number}@example.org`,
      name: person.name,
      password_hash: null,
      state: "active",
      created_at: 1,
      verified_at: 1,
      totp: null,
      totp_pending: null,
      totp_step: 0,
      preferences: "{}",
    })
    .execute();
  await rows
    .insertInto("memberships")
    .values({
      org_id: organization,
      user_id: person.id,
      role: "owner",
      state: "active",
      joined_at: 1,
    })
    .execute();
  const { secret } = await makeKey(parts, person, organization, {
    name: "all",
    scopes: ["read", "search", "import", "embed", "write", "admin"],
    days: null,
  });
  return { organization, key: secret };
};

const json = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text);
};

export const openTenants = async (count: number, messages = 30): Promise<Tenants> => {
  const api = await openAccountsApi({ env: { PARLANCE_REQUESTS_PER_MINUTE: "0" } });
  const belt = await startBelt(api.instance, { stages: stageNames });
  const all: Tenant[] = [];
  for (let number = 0; number < count; number++) {
    const { organization, key } = await joined(api, number);
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const ask = (path: string, init: RequestInit = {}) => api.ask(path, { headers, ...init });
    const { id } = collection.parse(
      await json(await ask("/api/v1/collections", { method: "POST", body: '{"name":"Logs"}' })),
    );
    const at = `/api/v1/collections/${id}`;
    const upload = (await json(
      await ask(`${at}/uploads?filename=day.log`, {
        method: "PUT",
        body: logOf(number, messages),
        headers: { authorization: headers.authorization },
      }),
    )) as { id: string };
    await (await ask(`/api/v1/uploads/${upload.id}/events`)).text();
    const { rows } = api.instance.within({
      organization,
      caller: { kind: "worker" },
      collections: "all",
    }).store;
    const ids = async (table: "conversations" | "messages" | "chunks" | "uploads") =>
      (await rows.selectFrom(table).select("id").execute()).map((row): string => row.id);
    all.push({
      number,
      organization,
      key,
      collection: id,
      conversations: await ids("conversations"),
      messages: await ids("messages"),
      chunks: await ids("chunks"),
      uploads: await ids("uploads"),
      cursors: [],
    });
  }
  return {
    api,
    all,
    async close() {
      await belt.stop();
      await api.close();
    },
  };
};

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
const randomFrom = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export interface Leak {
  readonly asked: string;
  readonly found: string;
}

/** Asks so many random questions, each of a random organization. @returns what was answered of another one */
export const askAtRandom = async (
  { api, all }: Tenants,
  questions: number,
  seed: number,
): Promise<{
  readonly leaks: readonly Leak[];
  readonly answered: number;
  readonly statuses: ReadonlyMap<number, number>;
}> => {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(random() * list.length)];
    if (one === undefined) throw new Error("There is nothing to pick from.");
    return one;
  };
  const maybe = (share: number): boolean => random() < share;
  const leaks: Leak[] = [];
  const statuses = new Map<number, number>();
  let answered = 0;
  const bodyFor = (mine: Tenant, other: Tenant): Record<string, unknown> => ({
    query: [pick(words), maybe(0.5) ? pick(words) : "", maybe(0.3) ? `canary${other.number}` : ""]
      .join(" ")
      .trim(),
    mode: pick(["lexical", "semantic", "hybrid"]),
    limit: pick([1, 5, 20, 100]),
    ...(maybe(0.2)
      ? { filters: { conversations: [pick(other.conversations), pick(mine.conversations)] } }
      : {}),
    ...(maybe(0.1) ? { like: pick(other.chunks) } : {}),
    ...(maybe(0.1) && other.cursors.length > 0 ? { cursor: pick(other.cursors) } : {}),
    ...(maybe(0.1) ? { version: pick([1, 2, 3, "latest", "main"]) } : {}),
    ...(maybe(0.2) ? { groupByConversation: true } : {}),
    ...(maybe(0.2) ? { facets: true } : {}),
  });
  const requestFor = (mine: Tenant, other: Tenant): [path: string, body: unknown] => {
    const whose = maybe(0.3) ? other : mine;
    const at = `/api/v1/collections/${whose.collection}`;
    const kind = random();
    if (kind < 0.5) return [`${at}/search`, bodyFor(mine, other)];
    if (kind < 0.75) {
      const named = maybe(0.5) ? { collections: [other.collection, mine.collection] } : {};
      const { version: _, like: __, ...body } = bodyFor(mine, other);
      return ["/api/v1/search", { ...body, ...named }];
    }
    if (kind < 0.8) return [`/api/v1/conversations/${pick(whose.conversations)}`, undefined];
    if (kind < 0.85) return [`/api/v1/messages/${pick(whose.messages)}/raw`, undefined];
    if (kind < 0.88) return [`${at}/export`, undefined];
    if (kind < 0.91) return [`${at}/conversations?limit=50`, undefined];
    if (kind < 0.94) return [`${at}/versions/diff?from=1&to=2`, undefined];
    if (kind < 0.97) return [`/api/v1/uploads/${pick(whose.uploads)}/original`, undefined];
    return [
      pick(["/api/v1/collections", "/api/v1/alerts", "/api/v1/jobs", "/api/v1/audit"]),
      undefined,
    ];
  };
  for (let asked = 0; asked < questions; asked++) {
    const mine = pick(all);
    const other = pick(all.filter((one) => one !== mine));
    const [path, body] = requestFor(mine, other);
    const response = await api.ask(path, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${mine.key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    if (response.ok) answered++;
    for (const [mark, number] of text.matchAll(/mark-(\d+)-\d+-end/gu))
      if (Number(number) !== mine.number)
        leaks.push({ asked: `${mine.number}: ${path} ${JSON.stringify(body)}`, found: mark });
    const cursor = /"nextCursor":"([^"]+)"/u.exec(text)?.[1];
    if (cursor !== undefined && mine.cursors.length < 20) mine.cursors.push(cursor);
  }
  return { leaks, answered, statuses };
};
