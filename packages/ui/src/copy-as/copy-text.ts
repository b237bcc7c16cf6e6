/**
 * Puts text on the clipboard, also on plain http, where the clipboard API does not exist.
 * @returns whether it is there now; if not, the caller shows the text selected
 */
export async function copyText(text: string): Promise<boolean> {
  // Typed as always there, but missing outside secure contexts.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the browser's policy: the old way may still work.
    }
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  const opener = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.className = "offscreen";
  // Inside an open dialog, whose focus trap would take the focus away from anything beside it.
  (opener?.closest("[role=dialog]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (opener instanceof HTMLElement) opener.focus();
  return done;
}
