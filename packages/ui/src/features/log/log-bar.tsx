import { ActionIcon, Button, Select, Switch } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconBug, IconDownload } from "@tabler/icons-react";
import { SearchField } from "../../atoms/search-field.tsx";
import { setPreferences, usePreferences } from "../../preferences/preferences.ts";

/** Controls of the log view. */
export function LogBar(props: {
  search: string;
  onSearch: (search: string) => void;
  level: string | undefined;
  onLevel: (level: string | null) => void;
  source: string | undefined;
  onSource: (source: string | null) => void;
  /** Place of the current match and their number; null while nothing is searched. */
  matches: { readonly at: number; readonly of: number } | null;
  onMatch: (step: 1 | -1) => void;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onError: () => void;
  onDownload: () => void;
  live: boolean;
}) {
  const { logWrap } = usePreferences();
  return (
    <div className="log-bar" role="toolbar" aria-label="Log">
      <SearchField label="Search the log" value={props.search} onChange={props.onSearch} width={220} />
      {props.matches !== null && (
        <>
          <span className="number" role="status">
            {props.matches.of === 0 ? "no line" : `${props.matches.at + 1} of ${props.matches.of} lines`}
          </span>
          <ActionIcon aria-label="Previous match" disabled={props.matches.of === 0} onClick={() => props.onMatch(-1)}>
            <IconArrowUp size={15} />
          </ActionIcon>
          <ActionIcon aria-label="Next match" disabled={props.matches.of === 0} onClick={() => props.onMatch(1)}>
            <IconArrowDown size={15} />
          </ActionIcon>
        </>
      )}
      <Select
        aria-label="Least level shown"
        w={130}
        data={[
          { value: "debug", label: "All levels" },
          { value: "info", label: "Info and up" },
          { value: "warning", label: "Warning and up" },
          { value: "error", label: "Errors" },
        ]}
        allowDeselect={false}
        value={props.level ?? "debug"}
        onChange={(value) => props.onLevel(value === "debug" ? null : value)}
      />
      <Select
        aria-label="Source"
        w={120}
        data={[
          { value: "", label: "All sources" },
          { value: "task", label: "task" },
          { value: "stdout", label: "stdout" },
          { value: "stderr", label: "stderr" },
          { value: "windlass", label: "windlass" },
        ]}
        allowDeselect={false}
        value={props.source ?? ""}
        onChange={(value) => props.onSource(value === "" ? null : value)}
      />
      <Button
        variant="default"
        leftSection={<IconBug size={14} aria-hidden />}
        onClick={props.onError}
        title="Jump to the first error, then to the next (!)"
      >
        First error
      </Button>
      <span className="push" />
      <Switch
        label="Wrap"
        checked={logWrap}
        onChange={(event) => setPreferences({ logWrap: event.currentTarget.checked })}
      />
      <Switch
        label={props.live ? "Follow" : "At the end"}
        checked={props.follow}
        onChange={(event) => props.onFollow(event.currentTarget.checked)}
      />
      <Button variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={props.onDownload}>
        Download
      </Button>
    </div>
  );
}
