/** A plain script of `bin/tensorflow`; it has no types to import, so the caller says what it exports. */
export async function loadScript<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../../bin/tensorflow/${name}.mjs`, import.meta.url).href)) as T
}
