import { Switch } from "@mantine/core";
import { pauseDag } from "../../api/requests/dag.ts";
import { useAction } from "../../api/use-action.ts";
import { RefusedPopover } from "../../atoms/refused-popover.tsx";

/** Active or paused. Never turns silently back: a refusal is shown at the switch. */
export function PauseSwitch({ dagId, isPaused }: { dagId: string; isPaused: boolean }) {
  const action = useAction([["dags"], ["dag", dagId]]);
  return (
    <RefusedPopover refused={action.refused} onClose={action.reset}>
      <Switch
        aria-label={`${dagId} is active`}
        title={isPaused ? "Paused: no run starts" : "Active"}
        checked={!isPaused}
        disabled={action.pending}
        onChange={() => void action.run(pauseDag(dagId, !isPaused))}
      />
    </RefusedPopover>
  );
}
