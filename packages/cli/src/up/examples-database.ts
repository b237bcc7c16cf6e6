import { createHmac } from "node:crypto";
import { type ActionContext, storeExamplesConnection } from "@windlass/core/actions";
import { ensureExamplesDatabase } from "@windlass/core/database";
import type { InstallationKeys } from "./installation-keys.ts";

/** Makes the examples' own database with a role that can do nothing else, and the connection `examples_db` that leads there. */
export async function makeExamplesDatabase(actions: ActionContext, keys: InstallationKeys): Promise<void> {
  const password = createHmac("sha256", keys.secret).update("examples database").digest("base64url");
  const parts = await ensureExamplesDatabase(actions.database, {
    name: "windlass_examples",
    role: "windlass_examples",
    password,
  });
  await storeExamplesConnection(actions, parts);
}
