// `kubectl scale --replicas=N`.

import { kindName, pathOf } from '../api/resource.ts';
import { failure, throwAll } from '../failure.ts';
import { text, toggle } from '../flags.ts';
import { findObjects } from '../objects/find.ts';
import type { Verb } from '../verb.ts';

export const scale: Verb = {
  flags: { replicas: text(), all: toggle(), selector: text('l'), filename: text('f') },
  async run(call) {
    const { args, flags, terminal } = call;
    const asked = flags.text('replicas');
    if (asked === undefined) throw failure('required flag(s) "replicas" not set');
    const replicas = Number(asked);
    if (!Number.isInteger(replicas)) {
      throw failure(
        `invalid argument ${JSON.stringify(asked)} for "--replicas" flag: it must be a whole number`,
      );
    }
    if (replicas < 0)
      throw failure('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    const cluster = await call.cluster();
    const { found, errors } = await findObjects(call, cluster, { args, files: flags.list('filename') });
    const failures = [...errors];
    if (found.length === 0 && failures.length === 0) throw failure('no objects passed to scale');
    for (const { resource, object } of found) {
      const { name = '', namespace } = object.metadata ?? {};
      try {
        await cluster.client.json({
          method: 'PATCH',
          path: `${pathOf(resource, namespace, name)}/scale`,
          contentType: 'application/merge-patch+json',
          body: { spec: { replicas } },
        });
        terminal.out(`${kindName(resource)}/${name} scaled\n`);
      } catch (error) {
        failures.push(error);
      }
    }
    throwAll(failures);
    return 0;
  },
};
