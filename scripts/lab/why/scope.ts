// The part of the cluster that a check depends on.

import { followAim, hostsOf, type Hop } from './follow.ts';
import { authoredKinds, flagOf } from './intended.ts';
import type { Scene } from './scene.ts';
import { shellWords } from '../format/shell-words.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export interface Scope {
  readonly scene: Scene;
  readonly hops: readonly Hop[];
  /** Namespaces whose objects can be the cause, the nearest first; that of the mesh itself is never among them. */
  readonly namespaces: readonly string[];
  /** The objects as the lab would have them, in a cluster that is otherwise as it is. */
  readonly wanted: readonly AnyObject[];
}

const meshNamespace = 'istio-system';

export function scopeOf(scene: Scene): Scope {
  const hops = followAim(scene);
  const { step } = scene.question;
  const ofStep = scene.intended
    .filter((intended) => intended.step === step)
    .map(({ object }) => namespaceOf(object));
  const onTheWay = hops.flatMap((hop) => [
    hop.namespace,
    ...hostsOf(hop).map((host) => host.split('.')[1] ?? ''),
  ]);
  const near = [...namedByAim(scene), ...onTheWay, ...ofStep].filter((name) => name !== meshNamespace);
  const named = near.length > 0 ? near : scene.intended.map(({ object }) => namespaceOf(object));
  const namespaces = [...new Set(named)].filter(
    (name) => name !== meshNamespace && (scene.namespace(name) !== undefined || isIntended(scene, name)),
  );
  return { scene, hops, namespaces, wanted: wantedObjects(scene) };
}

export const namespaceOf = ({ kind, metadata }: AnyObject): string =>
  kind === 'Namespace' ? metadata.name : (metadata.namespace ?? '');

const isIntended = (scene: Scene, namespace: string): boolean =>
  scene.intended.some(({ object }) => namespaceOf(object) === namespace);

function namedByAim({ aim }: Scene): readonly string[] {
  if (aim.kind === 'route') return [aim.workload.namespace];
  if (aim.kind === 'request') return aim.workload === undefined ? [] : [aim.workload.namespace];
  if (aim.kind === 'command') {
    return shellWords(aim.line).flatMap(
      (words) =>
        flagOf(
          words.map(({ word }) => word),
          '-n',
          '--namespace',
        ) ?? [],
    );
  }
  const { kind, name, namespace } = aim.target;
  return [namespace ?? (kind === 'Namespace' ? name : undefined)].flatMap((found) => found ?? []);
}

function wantedObjects(scene: Scene): readonly AnyObject[] {
  const owned = new Set(scene.intended.map(({ object }) => namespaceOf(object)));
  const others = scene.picture.objects.filter(
    (object) =>
      !(authoredKinds.has(object.kind) && owned.has(namespaceOf(object))) &&
      scene.wanted(object) === undefined,
  );
  return [...others, ...scene.intended.map(({ object }) => object)];
}
