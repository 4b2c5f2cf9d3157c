// The routes: one page each, its code loaded on first use, its URL parameters checked by a schema.
import {
  createBrowserHistory,
  createRoute,
  createRouter,
  type RouterHistory,
  type SearchSchemaInput,
} from "@tanstack/react-router";
import { z } from "zod";
import { sourceName } from "#services/contract/common.ts";
import { HomePage } from "./pages/home-page.tsx";
import { doorRoutes, signInAddress } from "./routes/door-routes.ts";
import { formatRoutes } from "./routes/format-routes.ts";
import { page, root } from "./routes/root.ts";
import { serverRoutes } from "./routes/server-routes.ts";
import { parseAddress, stringifyAddress } from "./shape/address/address-text.ts";
import {
  type CompareAddress,
  type ConceptsAddress,
  compareAddress,
  conceptsAddress,
  type PeopleAddress,
  peopleAddress,
  type TopicAddress,
  type TopicsAddress,
  type TrendsAddress,
  topicAddress,
  topicsAddress,
  trendsAddress,
} from "./shape/address/page-addresses.ts";
import { type SearchAddress, searchAddress } from "./shape/address/search-address.ts";
import { type MapAddress, mapAddress } from "./shape/map/address.ts";
import { ErrorMessage } from "./ui/parts/error-message.tsx";

const home = createRoute({ getParentRoute: () => root, path: "/", component: HomePage });

const readSearch = (raw: SearchAddress & SearchSchemaInput) => searchAddress.parse(raw);

const searchAll = createRoute({
  getParentRoute: () => root,
  path: "/search",
  validateSearch: readSearch,
  component: page(() => import("./pages/search-page.tsx"), "SearchAllPage"),
});

const collection = createRoute({
  getParentRoute: () => root,
  path: "/c/$collection",
  component: page(() => import("./pages/collection-frame.tsx"), "CollectionFrame"),
});

const overview = createRoute({
  getParentRoute: () => collection,
  path: "/",
  component: page(() => import("./pages/overview-page.tsx"), "OverviewPage"),
});

const topics = createRoute({
  getParentRoute: () => collection,
  path: "/topics",
  validateSearch: (raw: TopicsAddress & SearchSchemaInput) => topicsAddress.parse(raw),
  component: page(() => import("./pages/topics-page.tsx"), "TopicsPage"),
});

const topic = createRoute({
  getParentRoute: () => collection,
  path: "/topics/$topic",
  validateSearch: (raw: TopicAddress & SearchSchemaInput) => topicAddress.parse(raw),
  component: page(() => import("./pages/topic-page.tsx"), "TopicPage"),
});

const map = createRoute({
  getParentRoute: () => collection,
  path: "/map",
  validateSearch: (raw: MapAddress & SearchSchemaInput) => mapAddress.parse(raw),
  component: page(() => import("./pages/map-page.tsx"), "MapPage"),
});

const trends = createRoute({
  getParentRoute: () => collection,
  path: "/trends",
  validateSearch: (raw: TrendsAddress & SearchSchemaInput) => trendsAddress.parse(raw),
  component: page(() => import("./pages/trends-page.tsx"), "TrendsPage"),
});

const compare = createRoute({
  getParentRoute: () => collection,
  path: "/compare",
  validateSearch: (raw: CompareAddress & SearchSchemaInput) => compareAddress.parse(raw),
  component: page(() => import("./pages/compare-page.tsx"), "ComparePage"),
});

const concepts = createRoute({
  getParentRoute: () => collection,
  path: "/concepts",
  validateSearch: (raw: ConceptsAddress & SearchSchemaInput) => conceptsAddress.parse(raw),
  component: page(() => import("./pages/concepts-page.tsx"), "ConceptsPage"),
});

const concept = createRoute({
  getParentRoute: () => collection,
  path: "/concepts/$concept",
  component: page(() => import("./pages/concept-page.tsx"), "ConceptPage"),
});

const people = createRoute({
  getParentRoute: () => collection,
  path: "/people",
  validateSearch: (raw: PeopleAddress & SearchSchemaInput) => peopleAddress.parse(raw),
  component: page(() => import("./pages/people-page.tsx"), "PeoplePage"),
});

const listAddress = z.object({
  title: z.string().max(200).optional().catch(undefined),
  source: sourceName.optional().catch(undefined),
  sort: z.enum(["newest", "oldest", "longest"]).optional().catch(undefined),
});
const conversations = createRoute({
  getParentRoute: () => collection,
  path: "/conversations",
  validateSearch: (raw: z.infer<typeof listAddress> & SearchSchemaInput) => listAddress.parse(raw),
  component: page(() => import("./pages/conversations-page.tsx"), "ConversationsPage"),
});

const search = createRoute({
  getParentRoute: () => collection,
  path: "/search",
  validateSearch: readSearch,
  component: page(() => import("./pages/search-page.tsx"), "SearchPage"),
});

const uploadsAddress = z.object({ report: z.string().optional().catch(undefined) });
const uploads = createRoute({
  getParentRoute: () => collection,
  path: "/uploads",
  validateSearch: (raw: z.infer<typeof uploadsAddress> & SearchSchemaInput) =>
    uploadsAddress.parse(raw),
  component: page(() => import("./pages/uploads-page.tsx"), "UploadsPage"),
});

const versions = createRoute({
  getParentRoute: () => collection,
  path: "/versions",
  component: page(() => import("./pages/versions-page.tsx"), "VersionsPage"),
});

const settings = createRoute({
  getParentRoute: () => collection,
  path: "/settings",
  component: page(() => import("./pages/settings-page.tsx"), "SettingsPage"),
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  component: page(() => import("./pages/alerts-page.tsx"), "AlertsPage"),
});

const status = createRoute({
  getParentRoute: () => root,
  path: "/status",
  component: page(() => import("./pages/status-page.tsx"), "StatusPage"),
});

const jobs = createRoute({
  getParentRoute: () => root,
  path: "/jobs",
  component: page(() => import("./pages/jobs-page.tsx"), "JobsPage"),
});

const words = createRoute({
  getParentRoute: () => root,
  path: "/words",
  component: page(() => import("./pages/words-page.tsx"), "WordsPage"),
});

const conversationAddress = z.object({
  /** Id of the message to scroll to and mark; "last" is the end. */
  at: z.string().max(60).optional().catch(undefined),
  /** Id of a message of the branch to show. */
  leaf: z.string().max(60).optional().catch(undefined),
  kinds: z.enum(["visible", "all"]).optional().catch(undefined),
  gone: z.enum(["show"]).optional().catch(undefined),
  q: z.string().max(4000).optional().catch(undefined),
});
const conversation = createRoute({
  getParentRoute: () => root,
  path: "/conversation/$conversation",
  validateSearch: (raw: z.infer<typeof conversationAddress> & SearchSchemaInput) =>
    conversationAddress.parse(raw),
  component: page(() => import("./pages/conversation-page.tsx"), "ConversationPage"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: page(() => import("./pages/account-frame.tsx"), "AccountFrame"),
});

const profile = createRoute({
  getParentRoute: () => account,
  path: "/",
  component: page(() => import("./pages/account-profile-page.tsx"), "AccountProfilePage"),
});

const securityAddress = signInAddress.omit({ to: true });
const security = createRoute({
  getParentRoute: () => account,
  path: "/security",
  validateSearch: (raw: z.infer<typeof securityAddress> & SearchSchemaInput) =>
    securityAddress.parse(raw),
  component: page(() => import("./pages/account-security-page.tsx"), "AccountSecurityPage"),
});

const sessions = createRoute({
  getParentRoute: () => account,
  path: "/sessions",
  component: page(() => import("./pages/account-sessions-page.tsx"), "AccountSessionsPage"),
});

const keys = createRoute({
  getParentRoute: () => account,
  path: "/keys",
  component: page(() => import("./pages/account-keys-page.tsx"), "AccountKeysPage"),
});

const organization = createRoute({
  getParentRoute: () => root,
  path: "/organization",
  component: page(() => import("./pages/organization-frame.tsx"), "OrganizationFrame"),
});

const members = createRoute({
  getParentRoute: () => organization,
  path: "/",
  component: page(() => import("./pages/members-page.tsx"), "MembersPage"),
});

const teams = createRoute({
  getParentRoute: () => organization,
  path: "/teams",
  component: page(() => import("./pages/teams-page.tsx"), "TeamsPage"),
});

const organizationKeys = createRoute({
  getParentRoute: () => organization,
  path: "/keys",
  component: page(() => import("./pages/organization-keys-page.tsx"), "OrganizationKeysPage"),
});

const auditAddress = z.object({
  action: z.string().max(60).optional().catch(undefined),
  /** Id of a member. */
  actor: z.string().max(60).optional().catch(undefined),
  after: z.int().optional().catch(undefined),
  before: z.int().optional().catch(undefined),
});
const audit = createRoute({
  getParentRoute: () => organization,
  path: "/audit",
  validateSearch: (raw: z.infer<typeof auditAddress> & SearchSchemaInput) =>
    auditAddress.parse(raw),
  component: page(() => import("./pages/audit-page.tsx"), "AuditPage"),
});

const organizationSettings = createRoute({
  getParentRoute: () => organization,
  path: "/settings",
  component: page(
    () => import("./pages/organization-settings-page.tsx"),
    "OrganizationSettingsPage",
  ),
});

const searchesAddress = z.object({
  /** Days back from today. */
  days: z.int().min(1).max(366).optional().catch(undefined),
  /** Names of figures shown as tables. */
  table: z.array(z.string().max(40)).max(20).optional().catch(undefined),
});
const searches = createRoute({
  getParentRoute: () => organization,
  path: "/searches",
  validateSearch: (raw: z.infer<typeof searchesAddress> & SearchSchemaInput) =>
    searchesAddress.parse(raw),
  component: page(() => import("./pages/searches-page.tsx"), "SearchesPage"),
});

const routeTree = root.addChildren([
  home,
  ...doorRoutes,
  account.addChildren([profile, security, sessions, keys]),
  organization.addChildren([
    members,
    teams,
    organizationKeys,
    audit,
    searches,
    organizationSettings,
  ]),
  serverRoutes,
  searchAll,
  alerts,
  status,
  jobs,
  words,
  ...formatRoutes,
  collection.addChildren([
    overview,
    topics,
    people,
    topic,
    map,
    trends,
    compare,
    concepts,
    concept,
    conversations,
    search,
    uploads,
    versions,
    settings,
  ]),
  conversation,
]);

/** @param history the browser's by default; tests pass one in memory. */
export const makeRouter = (history: RouterHistory = createBrowserHistory()) =>
  createRouter({
    routeTree,
    history,
    parseSearch: parseAddress,
    stringifySearch: stringifyAddress,
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultErrorComponent: ({ error, reset }) => <ErrorMessage error={error} retry={reset} />,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
