/** Airflow's names for common cron expressions. */
const CRON_PRESETS: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@quarterly": "0 0 1 */3 *",
  "@yearly": "0 0 1 1 *",
};

/** The cron expression a preset stands for; any other text as it is. */
export function expandPreset(expression: string): string {
  return CRON_PRESETS[expression] ?? expression;
}
