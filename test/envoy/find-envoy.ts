import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Envoy binary: $ENVOY, else the first `envoy` on the path; undefined when there is none. */
export function findEnvoy(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env['ENVOY'];
  if (given !== undefined && given !== '') return isProgram(given) ? given : undefined;
  return (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'envoy'))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
