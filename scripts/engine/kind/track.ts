// A track of kind/: which Kubernetes, which Istio, and which images go with them.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseImageReference } from '../../../apps/image-reference.ts';
import { LabError } from '../../error.ts';
import { trackNames, type Track } from '../../tools/releases.ts';

export interface TrackFiles {
  readonly name: Track;
  readonly clusterFile: string;
  readonly operatorFile: string;
  /** With its digest. */
  readonly nodeImage: string;
  /** `1.32.2` */
  readonly kubernetes: string;
  /** `1.25.1` */
  readonly istio: string;
  /** What istioctl's pods run. The proxy comes first: every pod of a lab waits for it. */
  readonly istioImages: readonly string[];
  /** True where Telemetry resources say what is traced, as they do since 1.22. */
  readonly tracesByTelemetry: boolean;
  /** Repository → the tag that this track takes instead of the manifests'. */
  readonly tags: ReadonlyMap<string, string>;
}

export function readTrack(projectRoot: string, name: Track): TrackFiles {
  const folder = join(projectRoot, 'kind', name);
  const clusterFile = join(folder, 'cluster.yaml');
  const operatorFile = join(folder, 'istio.yaml');
  const cluster = readYaml(clusterFile) as { nodes: [{ image: string }] };
  const operator = readYaml(operatorFile) as { spec: { hub: string; tag: string } };
  const nodeImage = cluster.nodes[0].image;
  const { hub, tag: istio } = operator.spec;
  const imagesFile = join(folder, 'images.yaml');
  const tags = existsSync(imagesFile) ? (readYaml(imagesFile) as Record<string, string>) : {};
  return {
    name,
    clusterFile,
    operatorFile,
    nodeImage,
    kubernetes: parseImageReference(nodeImage)?.tag?.slice(1) ?? '',
    istio,
    istioImages: ['proxyv2', 'pilot'].map((image) => `${hub}/${image}:${istio}`),
    tracesByTelemetry: Number(istio.split('.')[1]) >= 22,
    tags: new Map(Object.entries(tags)),
  };
}

/** An image of the manifests in the version of this track. */
export function imageOfTrack({ tags }: TrackFiles, image: string): string {
  const tag = tags.get(parseImageReference(image)?.repository ?? '');
  return tag === undefined ? image : image.replace(/(?::[^:/]+)?$/, `:${tag}`);
}

/** @throws LabError naming the choices, and where the wrong one came from */
export function readTrackName(text: string, source: string): Track {
  const found = trackNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new LabError('UNKNOWN_TRACK', `${source} must be one of ${trackNames.join(', ')}, got "${text}"`, {
    hint: 'for example: npm run up -- --engine kind --track course',
  });
}

const readYaml = (file: string): unknown => parse(readFileSync(file, 'utf8'));
