/** The page's element of this id. @throws TypeError where the page has none, which a built page never shows */
export function invariantElement(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new TypeError(`index.html has no #${id}`);
  return element;
}
