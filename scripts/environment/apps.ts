// The applications a lab can ask for in its front matter, and the manifests they are made of.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../error.ts';

/** Name in `apps:` → manifest files under manifests/, in the order in which they are applied. */
const manifestsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['catalog', ['catalog/namespace.yaml', 'catalog/catalog.yaml']],
  ['webapp', ['catalog/namespace.yaml', 'webapp/webapp.yaml', 'webapp/gateway.yaml']],
  ['forum', ['catalog/namespace.yaml', 'forum/forum.yaml']],
  ['bookinfo', ['bookinfo/namespace.yaml', 'bookinfo/bookinfo.yaml', 'bookinfo/gateway.yaml']],
  ['client', ['client/netshoot.yaml']],
]);

export const appNames: readonly string[] = [...manifestsOf.keys()];

/** Absolute paths, without repetition. @throws LabError for a name that is not in the list */
export function manifestFiles(projectRoot: string, apps: readonly string[]): readonly string[] {
  const files = apps.flatMap((app) => {
    const found = manifestsOf.get(app);
    if (found === undefined) {
      throw new LabError('UNKNOWN_APP', `There is no app "${app}"`, { hint: `apps: ${appNames.join(', ')}` });
    }
    return found.map((file) => join(projectRoot, 'manifests', file));
  });
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) {
    throw new LabError('MANIFEST_MISSING', `The manifest ${missing} does not exist`, {
      hint: 'restore it: git checkout manifests',
    });
  }
  return [...new Set(files)];
}
