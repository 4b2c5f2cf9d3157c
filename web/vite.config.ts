// How the web app is built, and served during development.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env["PARLANCE_URL"] ?? "http://127.0.0.1:8787";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // The page's Content-Security-Policy forbids inline scripts; every supported browser preloads modules by itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { "/api": server, "/v1": server, "/health": server, "/ready": server },
  },
});
