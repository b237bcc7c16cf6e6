/** When the installation of a run of chaos began: it writes this file anew in its copy of the folder. */
export const START = "2026-01-01T00:00:00Z";
