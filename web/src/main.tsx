// The entry point of the web app.
import "./api/without-eval.ts";
import "@mantine/core/styles.css";
import "./ui/parts/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeQueryClient } from "./api/query-client.ts";
import { startSession } from "./api/session.ts";
import { makeRouter } from "./router.tsx";
import { writeIn } from "./shape/words/english.ts";
import { ownForm } from "./ui/account/own-form.ts";
import { theme } from "./ui/parts/theme.ts";

const place = document.getElementById("root");
if (!place) throw new Error("The page has no element with the id “root”.");

writeIn(ownForm());
startSession();
createRoot(place).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={makeQueryClient()}>
        <RouterProvider router={makeRouter()} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
