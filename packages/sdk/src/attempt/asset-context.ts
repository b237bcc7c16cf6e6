import { inletEventQuery, OutletEvents } from "../authoring/asset-events.ts";
import type { ClientPort } from "../authoring/client.ts";
import type { TaskContext } from "../authoring/context.ts";

/** The part of a context that is about assets. @param outletEvents where what a handler says of its outlets is collected */
export function assetContext(
  client: ClientPort,
  outletEvents: OutletEvents = new OutletEvents(),
): Pick<TaskContext, "outletEvents" | "triggeringAssetEvents" | "inletEvents"> {
  return {
    outletEvents,
    triggeringAssetEvents: () => client.getTriggeringAssetEvents(),
    inletEvents: async (of, options) => client.getInletEvents(inletEventQuery(of, options)),
  };
}
