// The tools of a real cluster: in which versions they fit each other, and where their publishers keep them.

export const toolNames = ['kind', 'kubectl', 'istioctl', 'helm'] as const;
export type ToolName = (typeof toolNames)[number];

/** Pairs of Kubernetes and Istio that fit: the labs' own, that of the book "Istio in Action", and a recent one. */
export const trackNames = ['course', 'book', 'current'] as const;
export type Track = (typeof trackNames)[number];

export interface ToolVersion {
  /** What is downloaded. */
  readonly version: string;
  /** Which versions will do when they are installed, in npm's notation. */
  readonly suits: string;
}

// An older kind cannot read the node images of a newer one, while a newer one reads all of them.
const kind: ToolVersion = { version: '0.33.0', suits: '>=0.32.0' };

/** kubectl may be one minor version away from its server; istioctl installs the version that it is. */
export const toolVersions: Readonly<Record<Track, Readonly<Record<ToolName, ToolVersion>>>> = {
  course: {
    kind,
    kubectl: { version: '1.32.2', suits: '>=1.31.0 <1.34.0' },
    istioctl: { version: '1.25.1', suits: '1.25.1' },
    helm: { version: '3.17.4', suits: '^3.14.0' },
  },
  book: {
    kind,
    kubectl: { version: '1.23.17', suits: '>=1.22.0 <1.25.0' },
    istioctl: { version: '1.17.8', suits: '1.17.8' },
    helm: { version: '3.11.3', suits: '^3.8.0' },
  },
  current: {
    kind,
    kubectl: { version: '1.36.4', suits: '>=1.35.0 <1.38.0' },
    istioctl: { version: '1.30.3', suits: '1.30.3' },
    helm: { version: '3.21.4', suits: '^3.19.0' },
  },
};

/** Where each publisher's releases are, without a slash at the end. */
export type Publishers = Readonly<Record<ToolName, string>>;

export const publishers: Publishers = {
  kind: 'https://github.com/kubernetes-sigs/kind/releases/download',
  kubectl: 'https://dl.k8s.io/release',
  // Not with the images: those of Istio are moving away from where they were.
  istioctl: 'https://github.com/istio/istio/releases/download',
  helm: 'https://get.helm.sh',
};

export interface Machine {
  readonly platform: string;
  readonly arch: string;
}

export interface Release {
  readonly url: string;
  /** Its text begins with the SHA-256 of what is at `url`, in hexadecimal. */
  readonly checksumUrl: string;
  /** The program's path in the archive; undefined when the download is the program. */
  readonly member: string | undefined;
}

/** undefined when the publishers have no build for the machine. */
export function releaseOf(
  name: ToolName,
  version: string,
  machine: Machine,
  from: Publishers = publishers,
): Release | undefined {
  const os = { linux: 'linux', darwin: 'darwin' }[machine.platform];
  const arch = { x64: 'amd64', arm64: 'arm64' }[machine.arch];
  if (os === undefined || arch === undefined) return undefined;
  switch (name) {
    case 'kind': {
      const url = `${from.kind}/v${version}/kind-${os}-${arch}`;
      return { url, checksumUrl: `${url}.sha256sum`, member: undefined };
    }
    case 'kubectl': {
      const url = `${from.kubectl}/v${version}/bin/${os}/${arch}/kubectl`;
      return { url, checksumUrl: `${url}.sha256`, member: undefined };
    }
    case 'istioctl': {
      // Its name for a Mac with an Intel processor is as old as the project.
      const system = os === 'linux' ? `linux-${arch}` : arch === 'arm64' ? 'osx-arm64' : 'osx';
      const url = `${from.istioctl}/${version}/istioctl-${version}-${system}.tar.gz`;
      return { url, checksumUrl: `${url}.sha256`, member: 'istioctl' };
    }
    case 'helm': {
      const url = `${from.helm}/helm-v${version}-${os}-${arch}.tar.gz`;
      return { url, checksumUrl: `${url}.sha256sum`, member: `${os}-${arch}/helm` };
    }
  }
}
