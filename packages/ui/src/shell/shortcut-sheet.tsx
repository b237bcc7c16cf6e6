import { Modal, Switch } from "@mantine/core";
import { setPreferences, usePreferences } from "../preferences/preferences.ts";
import { SHORTCUTS } from "./shortcuts.ts";

/** Every key, and the switch that turns the single letters off. */
export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { singleKeys } = usePreferences();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className="stack">
        <Switch
          label="Single-letter keys"
          description="Off: only keys with Ctrl, arrows, Enter and Esc work."
          checked={singleKeys}
          onChange={(event) => setPreferences({ singleKeys: event.currentTarget.checked })}
        />
        <dl className="sheet">
          {SHORTCUTS.map(({ keys, does }) => (
            <div key={does}>
              <dt>{does}</dt>
              <dd>
                {keys.map((key) => (
                  <span key={key}>
                    {" "}
                    <kbd>{key}</kbd>
                  </span>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Modal>
  );
}
