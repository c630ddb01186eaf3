// The track's cluster.yaml as kind gets it: with the ports and the folders of this workshop.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import type { LabDir } from '../../state/lab-dir.ts';
import { defaultPortBase } from '../ports.ts';
import { clusterName } from './node.ts';
import type { TrackFiles } from './track.ts';

/** Where a node looks for mirrors of registries, on this machine. Mounted, it also tells whose node it is. */
export const certsDirOf = ({ kind }: LabDir): string => join(kind, 'certs.d');

/** Path of the file that was written. */
export function writeClusterConfig(
  labDir: LabDir,
  track: TrackFiles,
  portBase: number,
  nodeImage: string,
): string {
  const file = join(labDir.kind, 'cluster.yaml');
  const text = readFileSync(track.clusterFile, 'utf8');
  writeFileSync(file, clusterConfig(text, portBase, certsDirOf(labDir), nodeImage));
  return file;
}

/** Comments stay. */
export function clusterConfig(text: string, portBase: number, certsDir: string, nodeImage: string): string {
  const document = parseDocument(text);
  document.set('name', clusterName);
  document.setIn(['nodes', 0, 'image'], nodeImage);
  const ports = document.getIn(['nodes', 0, 'extraPortMappings']);
  for (const port of isSeq(ports) ? ports.items : []) {
    if (!isMap(port)) continue;
    port.set('hostPort', portBase + Number(port.get('hostPort')) - defaultPortBase);
  }
  document.setIn(
    ['nodes', 0, 'extraMounts'],
    document.createNode([{ hostPath: certsDir, containerPath: '/etc/containerd/certs.d', readOnly: true }]),
  );
  return document.toString();
}
