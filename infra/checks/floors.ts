// The floors of the house: which room may import which, through which doors, and which files may use rows of all organizations.

const rooms = (list: string) => list.split(" ");
const analysis = rooms(
  "services/analyse/frame services/analyse/topics services/analyse/names services/analyse/layout services/analyse/tone " +
    "services/analyse/compare services/analyse/concepts services/analyse/statistics services/analyse/figures " +
    "services/analyse/repeats",
);
const nouns = rooms("services/domain services/contract");

/** The rooms, and the rooms that each may import. A room that is missing here fails the test. */
export const floors: Record<string, readonly string[]> = {
  "index-store": [],
  "services/domain": [],
  "services/contract": rooms("services/domain"),
  "services/config": rooms("services/domain"),
  "services/home": rooms("services/domain"),
  "services/health": nouns,
  "services/log": [],
  "services/parse": rooms("services/domain"),
  "services/text": rooms("services/domain"),
  "services/embed": rooms("services/domain"),
  "services/analyse/statistics": rooms("services/domain index-store"),
  "services/analyse/frame": rooms("services/domain index-store"),
  "services/analyse/tone": rooms("services/domain services/analyse/frame"),
  "services/analyse/names": rooms("services/domain index-store"),
  "services/analyse/repeats": rooms("services/domain"),
  "services/analyse/topics": rooms("services/domain services/analyse/statistics index-store"),
  "services/analyse/layout": rooms("services/domain index-store"),
  "services/analyse/figures": rooms(
    "services/domain services/analyse/frame services/analyse/statistics services/analyse/tone services/analyse/names",
  ),
  "services/analyse/compare": rooms(
    "services/domain services/analyse/frame services/analyse/statistics services/analyse/figures",
  ),
  "services/analyse/concepts": rooms("services/domain services/analyse/statistics index-store"),
  "services/llm": nouns,
  "services/report": nouns,
  "services/saved-analysis": rooms(
    "services/domain services/analyse/frame services/analyse/layout index-store",
  ),
  "services/blobs": rooms("services/domain"),
  "services/store": nouns,
  "services/accounts": [...nouns, ...rooms("services/config services/store")],
  "services/sessions": [...nouns, ...rooms("services/text services/store")],
  "services/workflow": [...nouns, "services/store"],
  "services/webhooks": rooms("services/domain"),
  "services/bus": [...nouns, ...rooms("services/log services/store")],
  "services/indexes": rooms("services/domain services/contract services/store index-store"),
  "services/floor": rooms("services/domain services/embed index-store"),
  "services/search": [
    ...nouns,
    ...rooms(
      "services/text services/store services/embed services/floor services/analyse/names index-store",
    ),
  ],
  "services/parlance.ts": [
    ...nouns,
    ...rooms("services/config services/embed services/llm services/blobs services/store"),
    ...rooms("services/bus services/indexes services/home services/health services/accounts"),
  ],
  "services/views": [
    ...nouns,
    ...analysis,
    ...rooms(
      "services/embed services/text services/saved-analysis services/store services/indexes",
    ),
    ...rooms("services/search services/parlance.ts index-store"),
  ],
  "services/wire.ts": [
    ...nouns,
    ...rooms(
      "services/config services/home services/health services/embed services/llm services/blobs",
    ),
    ...rooms("services/store services/workflow services/bus services/indexes services/parlance.ts"),
    ...rooms("services/accounts index-store"),
  ],
  "services/api": [
    ...nouns,
    ...analysis,
    ...rooms(
      "services/config services/parse services/text services/embed services/report services/llm",
    ),
    ...rooms(
      "services/saved-analysis services/blobs services/store services/bus services/webhooks services/search",
    ),
    ...rooms("services/views services/health services/parlance.ts services/accounts index-store"),
  ],
  "services/threads": [
    ...nouns,
    ...rooms("services/config services/embed services/api services/parlance.ts services/wire.ts"),
  ],
  workers: [
    ...nouns,
    ...analysis,
    ...rooms("services/config services/parse services/text services/embed services/saved-analysis"),
    ...rooms("services/llm services/blobs services/store services/bus services/webhooks"),
    ...rooms("services/indexes services/floor services/parlance.ts services/wire.ts index-store"),
    ...rooms("services/home services/log services/sessions services/workflow"),
  ],
  "cli/client": nouns,
  "cli/embedded": [
    ...nouns,
    ...rooms("services/config services/store services/api services/parlance.ts services/wire.ts"),
    ...rooms(
      "services/home services/health services/log services/blobs services/threads services/accounts workers cli/client index-store",
    ),
  ],
  // A client of the API: code that opens a home is loaded from cli/embedded, only when it is needed.
  cli: [
    ...nouns,
    ...rooms("services/config services/home services/log services/report cli/client cli/embedded"),
  ],
  web: nouns,
};

/** The files that others may import of each room: the one named like the room, and further ones where listed. */
export const doors: Record<string, readonly string[]> = {
  "index-store": [
    "index-store/index-store.ts",
    "index-store/ann/choose.ts",
    "index-store/ann/vectors-database.ts",
    "index-store/kernels/kernels.ts",
    "index-store/kmeans/kmeans.ts",
  ],
  ...Object.fromEntries(analysis.map((room) => [room, [`${room}/${room.split("/")[2]}.ts`]])),
  "services/accounts": ["services/accounts/accounts.ts", "services/accounts/operator.ts"],
  "services/config": ["services/config/config.ts", "services/config/account-settings.ts"],
  "services/home": ["services/home/home.ts"],
  "services/health": ["services/health/health.ts"],
  "services/log": ["services/log/log.ts", "services/log/outage.ts"],
  "services/parse": ["services/parse/parse.ts"],
  "services/text": ["services/text/text.ts"],
  "services/embed": ["services/embed/embed.ts"],
  "services/floor": ["services/floor/floor.ts"],
  "services/llm": ["services/llm/llm.ts"],
  "services/report": ["services/report/report.ts"],
  "services/saved-analysis": ["services/saved-analysis/saved-analysis.ts"],
  "services/blobs": ["services/blobs/blobs.ts"],
  "services/store": ["services/store/store.ts"],
  "services/bus": [
    "services/bus/bus.ts",
    "services/bus/supervision.ts",
    "services/bus/job-admin.ts",
    "services/bus/broker.ts",
  ],
  "services/indexes": ["services/indexes/indexes.ts"],
  "services/search": ["services/search/search.ts"],
  "services/sessions": ["services/sessions/sessions.ts"],
  "services/workflow": ["services/workflow/workflow.ts"],
  "services/webhooks": ["services/webhooks/webhook.ts"],
  "services/views": ["services/views/views.ts"],
  "services/parlance.ts": ["services/parlance.ts"],
  "services/wire.ts": ["services/wire.ts"],
  "services/api": ["services/api/server.ts", "services/api/app.ts"],
  "services/threads": ["services/threads/threads.ts"],
  workers: ["workers/crew.ts", "workers/reconcile.ts", "workers/watch-home.ts"],
  "cli/client": ["cli/client/client.ts", "cli/client/output.ts"],
  "cli/embedded": ["cli/embedded/embedded.ts", "cli/embedded/operator.ts"],
  cli: [],
  web: [],
};

/** Rooms in which each file is its own door. */
export const openRooms = nouns;

/** Files that may import past doors: the composition root names drivers. */
export const mayEnterAnywhere = ["services/wire.ts"];

/** Files that may use rows without a scope: the bus claims jobs of all organizations; a scope has to be found before there is one. */
export const mayTouchAllRows = [
  "services/store/opened-database.ts",
  "services/store/sqlite-database.ts",
  "services/store/copy-database.ts",
  "services/store/server/server-transactions.ts",
  "services/store/rows.ts",
  "services/store/organizations.ts",
  "services/store/home-row.ts",
  "services/store/backlog.ts",
  "services/store/leases.ts",
  "services/store/accounts/users.ts",
  "services/store/accounts/user-sessions.ts",
  "services/store/accounts/once.ts",
  "services/store/accounts/passkeys.ts",
  "services/store/accounts/members.ts",
  "services/store/accounts/sign-in-providers.ts",
  "services/store/accounts/shares.ts",
  "services/store/accounts/used.ts",
  "services/store/accounts/access.ts",
  "services/accounts/parts.ts",
  "services/accounts/sessions.ts",
  "services/accounts/sign-in.ts",
  "services/accounts/sealing.ts",
  "services/accounts/by-password.ts",
  "services/accounts/links.ts",
  "services/accounts/joining.ts",
  "services/accounts/registration.ts",
  "services/accounts/elsewhere.ts",
  "services/accounts/identities.ts",
  "services/accounts/own-passkeys.ts",
  "services/accounts/factors.ts",
  "services/accounts/proof.ts",
  "services/accounts/limits.ts",
  "services/accounts/people.ts",
  "services/accounts/organization.ts",
  "services/accounts/organizations.ts",
  "services/accounts/current-providers.ts",
  "services/accounts/managed-providers.ts",
  "services/accounts/teams.ts",
  "services/accounts/shares.ts",
  "services/accounts/callers.ts",
  "services/accounts/keys.ts",
  "services/accounts/accounts.ts",
  "services/store/store.ts",
  "services/bus/job-store.ts",
  "services/bus/database-claims.ts",
  "services/bus/database-job-admin.ts",
  "services/bus/database-outcomes.ts",
  "services/bus/database-supervision.ts",
  "services/bus/rabbit/published.ts",
  "services/wire.ts",
];
/** Files that may hold a Parlance that is not within a scope. */
export const mayHoldTheWhole = [
  "services/wire.ts",
  "services/api/api-app.ts",
  "services/api/app.ts",
  "services/api/server.ts",
  "services/api/permit.ts",
  "workers/belt.ts",
  "workers/watch-home.ts",
  "workers/crew.ts",
  "workers/reconcile.ts",
  "cli/embedded/serve-here.ts",
  "cli/embedded/worker-health.ts",
];
/** Files that may assume the default organization: requests while there are no accounts, data of earlier versions, who runs the server. */
export const mayAssumeTheDefault = [
  "services/domain/ids.ts",
  "services/domain/scope.ts",
  "services/store/organizations.ts",
  "services/store/home-row.ts",
  "services/blobs/organization-folder.ts",
  "services/api/permit.ts",
  "services/accounts/accounts.ts",
  "services/accounts/links.ts",
  "services/accounts/rights.ts",
  "services/accounts/operator.ts",
  "services/accounts/registration.ts",
  "services/accounts/elsewhere.ts",
  "services/accounts/managed-providers.ts",
  "services/accounts/tested-providers.ts",
  "web/src/shape/words/roles.ts",
  "web/src/ui/organization/provider-input.tsx",
];
