// The routes: one page each, its code loaded on first use, its URL parameters checked by a schema.
import {
  createBrowserHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  type SearchSchemaInput,
} from "@tanstack/react-router";
import { z } from "zod";
import { sourceName } from "#services/contract/common.ts";
import { fetchCode } from "./api/lazy-code.ts";
import { HomePage } from "./pages/home-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { parseAddress, stringifyAddress } from "./shape/address/address-text.ts";
import {
  type CompareAddress,
  type ConceptsAddress,
  compareAddress,
  conceptsAddress,
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
import { Frame } from "./ui/shell/frame.tsx";

/** A page whose code is fetched when it is opened, or when a link to it is hovered over. */
const page = <M extends Record<string, unknown>, K extends keyof M & string>(
  load: () => Promise<M>,
  name: K,
) => lazyRouteComponent<M, K>(() => fetchCode(load), name);

const root = createRootRoute({ component: Frame, notFoundComponent: NotFoundPage });

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

const signInAddress = z.object({
  /** Path of the page that was wanted. */
  to: z.string().max(4000).optional().catch(undefined),
  /** Code of why signing in with a provider did not work. */
  problem: z.string().max(60).optional().catch(undefined),
  /** The id of that provider. */
  provider: z.string().max(40).optional().catch(undefined),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (raw: z.infer<typeof signInAddress> & SearchSchemaInput) =>
    signInAddress.parse(raw),
  component: page(() => import("./pages/sign-in-page.tsx"), "SignInPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: page(() => import("./pages/setup-page.tsx"), "SetupPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: page(() => import("./pages/invitation-page.tsx"), "InvitationPage"),
});

const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  component: page(() => import("./pages/register-page.tsx"), "RegisterPage"),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  component: page(() => import("./pages/verify-page.tsx"), "VerifyPage"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: page(() => import("./pages/forgot-page.tsx"), "ForgotPage"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: page(() => import("./pages/reset-page.tsx"), "ResetPage"),
});

const shared = createRoute({
  getParentRoute: () => root,
  path: "/shared",
  component: page(() => import("./pages/shared-page.tsx"), "SharedPage"),
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
const allOrganizations = createRoute({
  getParentRoute: () => organization,
  path: "/all",
  component: page(() => import("./pages/all-organizations-page.tsx"), "AllOrganizationsPage"),
});
const signInProviders = createRoute({
  getParentRoute: () => organization,
  path: "/sign-in",
  component: page(() => import("./pages/sign-in-providers-page.tsx"), "SignInProvidersPage"),
});

const routeTree = root.addChildren([
  home,
  signIn,
  setup,
  invitation,
  register,
  verify,
  forgot,
  reset,
  shared,
  account.addChildren([profile, security, sessions, keys]),
  organization.addChildren([
    members,
    teams,
    organizationKeys,
    audit,
    organizationSettings,
    allOrganizations,
    signInProviders,
  ]),
  searchAll,
  alerts,
  status,
  jobs,
  words,
  collection.addChildren([
    overview,
    topics,
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
