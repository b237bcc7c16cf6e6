/**
 * The argument by which a child is told that the kernel ends it with its parent, so that it need not look after that itself: a thread for it holds
 * ten megabytes.
 */
export const KILLED_WITH_PARENT = "--killed-with-parent";
