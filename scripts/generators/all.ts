import { actionReference } from "./action-reference.ts";
import { configurationReference } from "./configuration.ts";
import { errorPages } from "./error-pages.ts";
import type { Generator } from "./generator.ts";
import { schemaDump } from "./schema.ts";

/** Every generator. To add one: a file in this folder and a line in this list. */
export const generators: readonly Generator[] = [errorPages, configurationReference, actionReference, schemaDump];
