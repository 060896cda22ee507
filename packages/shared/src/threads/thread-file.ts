/** The file of a thread beside a module, given by its path without ending: a source where the module is one, compiled where it is that. */
export const threadFile = (path: string, moduleUrl: string): URL =>
  new URL(`${path}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl);
