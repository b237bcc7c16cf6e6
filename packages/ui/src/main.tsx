import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { invariantElement } from "./invariant-element.ts";
import { styleNonce } from "./page-facts.ts";
import { applyTheme } from "./preferences/apply-theme.ts";
import { colorSchemeManager } from "./preferences/color-scheme.ts";
import { queryClient } from "./query-client.ts";
import { router } from "./router.tsx";
import { leaveWhenSignedOut } from "./shell/signed-out.ts";
import { theme } from "./theme/theme.ts";
import "./theme/mantine.css";
import "./theme/palette.css";
import "./theme/base.css";
import "./state/states.css";

applyTheme();
// For the style element that keeps the page from scrolling behind a dialog.
setNonce(styleNonce());
leaveWhenSignedOut();

createRoot(invariantElement("root")).render(
  <StrictMode>
    {/* Mantine would write its variables into a style element by HTML text, which the page's header forbids: they come as a file. */}
    <MantineProvider
      theme={theme}
      withCssVariables={false}
      withGlobalClasses={false}
      getStyleNonce={styleNonce}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      deduplicateInlineStyles={false}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
