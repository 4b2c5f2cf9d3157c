// The routes of the pages about the whole server, for whoever runs it.
import { createRoute } from "@tanstack/react-router";
import { page, root } from "./root.ts";

const frame = createRoute({
  getParentRoute: () => root,
  id: "server-frame",
  component: page(() => import("../pages/server-frame.tsx"), "ServerFrame"),
});

const allOrganizations = createRoute({
  getParentRoute: () => frame,
  path: "/organization/all",
  component: page(() => import("../pages/all-organizations-page.tsx"), "AllOrganizationsPage"),
});

const signIn = createRoute({
  getParentRoute: () => frame,
  path: "/organization/sign-in",
  component: page(() => import("../pages/sign-in-providers-page.tsx"), "SignInProvidersPage"),
});

const settings = createRoute({
  getParentRoute: () => frame,
  path: "/server",
  component: page(() => import("../pages/server-settings-page.tsx"), "ServerSettingsPage"),
});

const model = createRoute({
  getParentRoute: () => frame,
  path: "/server/model",
  component: page(() => import("../pages/model-page.tsx"), "ModelPage"),
});

const storage = createRoute({
  getParentRoute: () => frame,
  path: "/server/storage",
  component: page(() => import("../pages/storage-page.tsx"), "StoragePage"),
});

export const serverRoutes = frame.addChildren([allOrganizations, signIn, settings, model, storage]);
