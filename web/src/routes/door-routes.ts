// The routes of whoever is not signed in: signing in, what links of mails open, and what is shared by a link.
import { createRoute, type SearchSchemaInput } from "@tanstack/react-router";
import { z } from "zod";
import { page, root } from "./root.ts";

export const signInAddress = z.object({
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
  component: page(() => import("../pages/sign-in-page.tsx"), "SignInPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: page(() => import("../pages/setup-page.tsx"), "SetupPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: page(() => import("../pages/invitation-page.tsx"), "InvitationPage"),
});

const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  component: page(() => import("../pages/register-page.tsx"), "RegisterPage"),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  component: page(() => import("../pages/verify-page.tsx"), "VerifyPage"),
});

const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: "/unsubscribe",
  component: page(() => import("../pages/unsubscribe-page.tsx"), "UnsubscribePage"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: page(() => import("../pages/forgot-page.tsx"), "ForgotPage"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: page(() => import("../pages/reset-page.tsx"), "ResetPage"),
});

const shared = createRoute({
  getParentRoute: () => root,
  path: "/shared",
  component: page(() => import("../pages/shared-page.tsx"), "SharedPage"),
});

export const doorRoutes = [
  signIn,
  setup,
  invitation,
  register,
  verify,
  forgot,
  reset,
  shared,
  unsubscribe,
] as const;
