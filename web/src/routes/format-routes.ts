// The routes of the formats that are read: all of them, and the guide to one.
import { createRoute, type SearchSchemaInput } from "@tanstack/react-router";
import { z } from "zod";
import { page, root } from "./root.ts";

const formatsAddress = z.object({
  /** Words of a format, a program or a file. */
  q: z.string().max(200).optional().catch(undefined),
});
const formats = createRoute({
  getParentRoute: () => root,
  path: "/formats",
  validateSearch: (raw: z.infer<typeof formatsAddress> & SearchSchemaInput) =>
    formatsAddress.parse(raw),
  component: page(() => import("../pages/formats-page.tsx"), "FormatsPage"),
});

const format = createRoute({
  getParentRoute: () => root,
  path: "/formats/$source",
  component: page(() => import("../pages/format-page.tsx"), "FormatPage"),
});

export const formatRoutes = [formats, format] as const;
