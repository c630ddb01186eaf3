// Prometheus, Grafana, Kiali, Jaeger, and what was asked for beside them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { imagesOf } from '../../cluster/images-of.ts';
import { LabError } from '../../error.ts';
import { moveHostPorts } from '../ports.ts';
import { cachesName } from './caches.ts';
import { imageOfTrack, type TrackFiles } from './track.ts';

export interface Addon {
  readonly name: string;
  readonly namespace: string;
  /** False: only with --with. */
  readonly always: boolean;
  /** Node's names for the processors that its image is built for; undefined: all. */
  readonly processors?: readonly string[];
}

/** Each has a manifest of its name in manifests/telemetry/, with a Deployment of its name. */
export const addons: readonly Addon[] = [
  { name: 'prometheus', namespace: 'istio-system', always: true },
  { name: 'grafana', namespace: 'istio-system', always: true },
  { name: 'kiali', namespace: 'istio-system', always: true },
  { name: 'jaeger', namespace: 'istio-system', always: true },
  { name: 'kube-ops-view', namespace: 'istio-system', always: false, processors: ['x64'] },
  { name: 'metrics-server', namespace: 'kube-system', always: false },
];

export const extraNames: readonly string[] = [
  ...addons.filter(({ always }) => !always).map(({ name }) => name),
  cachesName,
];

/** @throws LabError for one that is not an extra, or that this machine cannot run */
export function chosenAddons(extras: readonly string[], processor: string): readonly Addon[] {
  const unknown = extras.find((name) => !extraNames.includes(name));
  if (unknown !== undefined) {
    throw new LabError('UNKNOWN_ADDON', `--with must be one of ${extraNames.join(', ')}, got "${unknown}"`, {
      hint: 'Prometheus, Grafana, Kiali and Jaeger are always there',
    });
  }
  const chosen = addons.filter(({ name, always }) => always || extras.includes(name));
  const foreign = chosen.find(({ processors }) => processors?.includes(processor) === false);
  if (foreign !== undefined) {
    throw new LabError('ADDON_NOT_BUILT', `There is no image of ${foreign.name} for ${processor}`, {
      hint: `leave out --with ${foreign.name}`,
    });
  }
  return chosen;
}

export interface AddonFile {
  readonly projectRoot: string;
  readonly track: TrackFiles;
  readonly portBase: number;
}

/** Its manifest in the versions of the track, and with the ports of this machine. */
export function addonManifest(
  { name }: Pick<Addon, 'name'>,
  { projectRoot, track, portBase }: AddonFile,
): string {
  const file = join(projectRoot, 'manifests', 'telemetry', `${name}.yaml`);
  const text = moveHostPorts(readFileSync(file, 'utf8'), portBase);
  return text.replaceAll(
    /^(\s*(?:- )?image: )(\S+)$/gm,
    (_, before: string, image: string) => before + imageOfTrack(track, image),
  );
}

export function addonImages(chosen: readonly Addon[], file: AddonFile): readonly string[] {
  return chosen.flatMap((addon) =>
    imagesOf(parseAllDocuments(addonManifest(addon, file)).map((document) => document.toJS() as unknown)),
  );
}

/** All that a node is to have, beside Kubernetes' own: of Istio, of the chosen addons, and `apps`. */
export function setUpImages(
  extras: readonly string[],
  apps: readonly string[],
  file: AddonFile,
): readonly string[] {
  const addonsOwn = addonImages(chosenAddons(extras, process.arch), file);
  return [...new Set([...file.track.istioImages, ...addonsOwn, ...apps])];
}
