// The images the sandbox has programs for. Everything else is ErrImagePull.

import { findImage, imageNames } from '../../apps/images.ts';
import { parseImageReference } from '../../apps/image-reference.ts';
import { appProgram } from '../kubelet/app-program.ts';
import type { ContainerProgram, ImageStore } from '../kubelet/program.ts';
import { commandProgram } from '../kubelet/command-program.ts';

const pilot = 'docker.io/istio/pilot';
const proxy = 'docker.io/istio/proxyv2';

export interface IstioPrograms {
  readonly istiod: ContainerProgram;
  /** Runs as istio-proxy and as the ingress gateway. */
  readonly proxy: ContainerProgram;
}

export function sandboxImages(istio: IstioPrograms): ImageStore {
  const own: ReadonlyMap<string, ContainerProgram> = new Map([
    [pilot, istio.istiod],
    [proxy, istio.proxy],
  ]);
  return {
    names: [...imageNames, ...own.keys()].toSorted(),
    find(reference) {
      const program = own.get(parseImageReference(reference)?.repository ?? '');
      if (program !== undefined) return program;
      const image = findImage(reference);
      if (image === undefined) return undefined;
      if (image.kind === 'tools') return commandProgram;
      // What the original image bakes in; the pod's own settings win.
      return appProgram((context) => image.create({ ...context, env: { ...image.env, ...context.env } }));
    },
  };
}
