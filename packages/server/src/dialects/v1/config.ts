import { refuse } from "@windlass/contract";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { optional, text } from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { configSections, type ShownSection } from "../config-sections.ts";

/** The configuration, where it may be shown. @throws RefusalError otherwise, as on Airflow 2 unless told otherwise */
function shownConfig({ actions }: Server): readonly ShownSection[] {
  if (actions.config.api.expose_config) return configSections(actions.config);
  const detail = "Your Airflow administrator chose not to expose the configuration, most likely for security reasons.";
  throw refuse("config.hidden", {}, { airflow: { v1: { title: "Forbidden", detail } } });
}

/** The configuration in force; secrets are masked. */
export const configOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/config",
    operationId: "get_config",
    summary: "The configuration, where `[api] expose_config` is on",
    action: "config.read",
    query: { section: optional(text()) },
    async handle({ server, query }) {
      const sections = shownConfig(server).filter(({ name }) => query.section === undefined || name === query.section);
      if (sections.length > 0) return ok({ sections });
      const airflow = { v1: { title: "Not Found", detail: `section=${String(query.section)} not found.` } };
      throw objectUnknown("section of the configuration", String(query.section), { pointer: "query/section", airflow });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/config/section/{section}/option/{option}",
    operationId: "get_value",
    summary: "One option of the configuration, where `[api] expose_config` is on",
    action: "config.read",
    params: { section: text(), option: text() },
    async handle({ server, params }) {
      const section = shownConfig(server).find(({ name }) => name === params.section);
      const found = section?.options.find(({ key }) => key === params.option);
      if (section !== undefined && found !== undefined)
        return ok({ sections: [{ name: section.name, options: [found] }] });
      const airflow = {
        v1: {
          title: "Config not found.",
          detail: `The option [${params.section}/${params.option}] is not found in config.`,
        },
      };
      throw objectUnknown("option", `[${params.section}] ${params.option}`, { pointer: "path/option", airflow });
    },
  }),
];
