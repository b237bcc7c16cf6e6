import { fileURLToPath } from "node:url";

/** The folder of the numbered migrations, in the sources and in the published package alike. */
export const migrationsFolder = fileURLToPath(new URL("./migrations/", import.meta.url));
