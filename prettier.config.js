/** @type {import("prettier").Config} */
export default {
  printWidth: 120,
  trailingComma: "all",
  // Prose is wrapped by whoever writes it: rewrapping makes diffs unreadable.
  proseWrap: "preserve",
};
