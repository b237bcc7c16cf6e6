import { registerHooks } from "node:module";
import { ENTRIES } from "./paths.ts";

const OWN: Readonly<Record<string, string>> = {
  windlass: ENTRIES.root.href,
  "windlass/testing": ENTRIES.testing.href,
  "windlass/airflow-ts-sdk": ENTRIES.airflowSdk.href,
  "apache-airflow-ts-sdk": ENTRIES.airflowSdk.href,
  "apache-airflow-ts-sdk/coordinator": ENTRIES.airflowSdk.href,
};

/** What a bundle leaves as an import, since it means this copy. */
export const OWN_MODULES: readonly string[] = Object.keys(OWN);

/**
 * Makes `import … from "windlass"` in a bundle mean this very copy, wherever the bundle lies: `getContext` then sees the runner's context,
 * and a Dags folder needs no installed package to run.
 */
export function resolveOwnModules(): void {
  registerHooks({
    resolve: (specifier, context, next) => next(OWN[specifier] ?? specifier, context),
  });
}
