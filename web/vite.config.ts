// How the web app is built and served while it is being worked on.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env["PARLANCE_URL"] ?? "http://127.0.0.1:8787";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // The page's policy forbids inline scripts; every supported browser preloads modules by itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { "/api": server, "/v1": server, "/health": server, "/ready": server },
  },
});
