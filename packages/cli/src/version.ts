/** Windlass's own version, as in package.json (a test holds them equal). */
export const WINDLASS_VERSION = "0.1.0";
