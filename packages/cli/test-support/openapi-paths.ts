interface OpenApi {
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const DOCUMENTS = ["/api/v1/openapi.json", "/api/v2/openapi.json", "/api/windlass/v1/openapi.json"];

/** Tells whether a request is an operation of the OpenAPI documents that a server serves. */
export async function servedOperations(url: string, key: string): Promise<(method: string, path: string) => boolean> {
  const known: { readonly method: string; readonly path: RegExp }[] = [];
  for (const document of DOCUMENTS) {
    const answer = await fetch(url + document, { headers: { authorization: `Bearer ${key}` } });
    const { paths } = (await answer.json()) as OpenApi;
    for (const [path, operations] of Object.entries(paths)) {
      const pattern = path
        .split(/\{\w+\}/)
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
        .join("[^/]+");
      for (const method of Object.keys(operations)) {
        known.push({ method: method.toUpperCase(), path: new RegExp(`^${pattern}$`) });
      }
    }
  }
  return (method, path) => known.some((each) => each.method === method && each.path.test(path));
}
