import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The server puts its base path and each answer's nonce in place of these marks.
const BASE_MARK = "__WINDLASS_BASE__";

const target = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    assetsDir: "assets",
    target: "es2022",
    // No inline data: every byte that runs or paints comes from a file of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 700,
  },
  worker: { format: "es" },
  experimental: {
    renderBuiltUrl(filename, { hostType }) {
      return hostType === "html" ? `${BASE_MARK}/${filename}` : { relative: true };
    },
  },
  server: { proxy: { "/api": target, "/auth": target } },
});
