// `kubectl wait`: for a condition, a field, a creation or a deletion.

import { kindName, qualified } from '../api/resource.ts';
import { until } from '../api/until.ts';
import { durationMs } from '../duration.ts';
import { failure, isReason, throwAll } from '../failure.ts';
import { text, toggle } from '../flags.ts';
import { findObjects } from '../objects/find.ts';
import type { KubeObject } from '../objects/object.ts';
import { readSelection } from '../objects/targets.ts';
import type { Call, Cluster, Verb } from '../verb.ts';
import { readGoal } from './wait-goal.ts';

const weekMs = 7 * 24 * 3_600_000;

export const wait: Verb = {
  flags: {
    for: text(),
    timeout: text(),
    all: toggle(),
    'all-namespaces': toggle('A'),
    selector: text('l'),
    'field-selector': text(),
    filename: text('f'),
  },
  async run(call) {
    const { args, flags, terminal } = call;
    const goal = readGoal(flags.text('for') ?? '');
    const asked = durationMs(flags.text('timeout') ?? '30s');
    const endsAt = performance.now() + (asked < 0 ? weekMs : asked);
    const cluster = await call.cluster();
    if (goal.kind === 'create') return untilCreated(call, cluster, endsAt);
    const { found, errors } = await findObjects(call, cluster, { args, files: flags.list('filename') });
    const failures = errors.filter((error) => goal.kind !== 'delete' || !isReason(error, 'NotFound'));
    if (found.length === 0 && failures.length === 0) {
      if (goal.kind === 'delete') return 0;
      throw failure('no matching resources found');
    }
    for (const { resource, object } of found) {
      const { name = '', namespace, uid } = object.metadata ?? {};
      const reached =
        goal.kind === 'delete'
          ? (now: KubeObject | undefined): boolean => now === undefined || now.metadata?.uid !== uid
          : (now: KubeObject | undefined): boolean => now !== undefined && goal.reached(now);
      const withinMs = endsAt - performance.now();
      const inTime = await until(cluster, {
        resource,
        namespace,
        name,
        reached,
        signal: terminal.signal,
        withinMs,
      });
      if (inTime) terminal.out(`${kindName(resource)}/${name} condition met\n`);
      else if (asked === 0) failures.push(failure(`condition not met for ${resource.plural}/${name}`));
      else failures.push(failure(`timed out waiting for the condition on ${resource.plural}/${name}`));
    }
    throwAll(failures);
    return 0;
  },
};

async function untilCreated({ args, terminal }: Call, cluster: Cluster, endsAt: number): Promise<number> {
  const selection = readSelection(args, await cluster.discovery());
  if (selection.by !== 'name') throw failure('resource(s) were provided, but no name was specified');
  for (const { resource, name } of selection.targets) {
    const inTime = await until(cluster, {
      resource,
      namespace: cluster.namespace,
      name,
      reached: (object) => object !== undefined,
      signal: terminal.signal,
      withinMs: endsAt - performance.now(),
    });
    if (!inTime) throw failure(`timed out waiting for the condition on ${qualified(resource)}/${name}`);
    terminal.out(`${kindName(resource)}/${name} condition met\n`);
  }
  return 0;
}
