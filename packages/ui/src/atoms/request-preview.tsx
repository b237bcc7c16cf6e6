import { SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ApiRequest } from "../api/request.ts";
import { KEY_VARIABLE } from "../copy-as/key-variable.ts";
import { LANGUAGES, snippet } from "../copy-as/snippet.ts";
import { serverUrl } from "../page-facts.ts";
import { setPreferences, usePreferences } from "../preferences/preferences.ts";
import { CopyButton } from "./copy-button.tsx";

/** The very requests that a control sends, as curl, Python or TypeScript. */
export function RequestPreview({ requests, label = "Request" }: { requests: readonly ApiRequest[]; label?: string }) {
  const { language } = usePreferences();
  const text = snippet(requests, language, serverUrl());
  return (
    <div className="stack tight">
      <div className="row">
        <SegmentedControl
          aria-label="Language of the request"
          data={[...LANGUAGES]}
          value={language}
          onChange={(value) => setPreferences({ language: value })}
        />
        <span className="push" />
        <CopyButton text={text} label={`Copy ${language}`} />
      </div>
      <pre className="block" tabIndex={0} aria-label={`${label} as ${language}`} data-testid="request-preview">
        {text}
      </pre>
      <p className="dim">
        <code>{KEY_VARIABLE}</code> holds one of <Link to="/keys">your API keys</Link>.
      </p>
    </div>
  );
}
