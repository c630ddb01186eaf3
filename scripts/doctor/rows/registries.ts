// Where the images of a set-up come from.

import { parseImageReference } from '../../../apps/image-reference.ts';
import type { Machine } from '../machine/machine.ts';
import type { Row, Verdict } from '../row.ts';

const engines = ['kind'] as const;

export const registryRows: readonly Row[] = [
  {
    id: 'docker-hub',
    engines,
    exitCode: 63,
    symptom: 'images do not come: toomanyrequests: You have reached your unauthenticated pull rate limit',
    judge: dockerHub,
  },
  {
    id: 'certificates',
    engines,
    exitCode: 64,
    symptom: 'images do not come: x509: certificate signed by unknown authority',
    judge: certificates,
  },
  {
    id: 'node-proxy',
    engines,
    exitCode: 65,
    symptom: 'images do not come: proxyconnect tcp: connection refused',
    judge: nodeProxy,
  },
  {
    id: 'istio-registry',
    engines,
    exitCode: 66,
    symptom: 'pods stay in ImagePullBackOff, from one day to the next',
    judge: istioRegistry,
  },
];

/** No reason to stop: the node may come to the internet by another address than whoever asked. */
function dockerHub({ toPull, dockerHub: answer }: Machine): Verdict | undefined {
  const wanted = toPull.filter((image) => isOnDockerHub(image)).length;
  if (wanted === 0 || answer === undefined || 'untrusted' in answer) return undefined;
  const { status, headers } = answer;
  const [left] = numbersIn(headers['ratelimit-remaining']);
  const remaining = status === 429 ? 0 : left;
  const are = `${wanted} ${wanted === 1 ? 'is' : 'are'} to be pulled`;
  if (remaining === undefined) {
    return status === 200 ? { ok: 'Docker Hub does not count what this address pulls' } : undefined;
  }
  if (remaining >= wanted) return { ok: `Docker Hub gives this address ${count(remaining)}: ${are}` };
  return {
    warn: `Docker Hub gives this address ${remaining === 0 ? 'no more images' : `only ${count(remaining)}`}, and ${are}`,
    cause: `it counts what everybody behind an address pulls${limitIn(headers['ratelimit-limit'])}`,
    fix: 'wait, use another network, or run npm run fetch in another network and bring the folder .lab/ here',
  };
}

const isOnDockerHub = (image: string): boolean =>
  parseImageReference(image)?.repository.startsWith('docker.io/') === true;

const count = (images: number): string => `${images} more ${images === 1 ? 'image' : 'images'}`;

/** `100;w=21600`: so many, in so many seconds. */
const numbersIn = (header = ''): readonly number[] => (header.match(/\d+/g) ?? []).map(Number);

function limitIn(header: string | undefined): string {
  const [limit, seconds] = numbersIn(header);
  if (limit === undefined || seconds === undefined) return '';
  const hours = Math.round(seconds / 3600);
  return `: ${limit} images ${hours === 1 ? 'an hour' : `in ${hours} hours`}`;
}

function certificates({ dockerHub: answer }: Machine): Verdict | undefined {
  return answer !== undefined && 'untrusted' in answer
    ? {
        warn: `Docker Hub shows a certificate that is not known here: ${answer.untrusted}`,
        cause: 'a proxy on the way opens what is encrypted, and shows a certificate of its own',
        fix: "give Docker and the node your company's CA certificate, or bring images by npm run fetch from another network",
      }
    : undefined;
}

/** kind gives the proxies of the environment to the node, as they are. */
function nodeProxy({ toPull, env }: Machine): Verdict | undefined {
  if (toPull.length === 0) return undefined;
  const name = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((key) =>
    isHere(env[key] ?? ''),
  );
  return name === undefined
    ? undefined
    : {
        warn: `${name} leads to this machine itself: ${hostOf(env[name] ?? '')}`,
        cause: 'the node has this setting too, and there the address is its own',
        fix: `let the proxy listen on an address of this machine that containers reach, and set ${name} to that`,
      };
}

const hostOf = (proxy: string): string => (URL.canParse(proxy) ? new URL(proxy).host : '');

const isHere = (proxy: string): boolean => /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/.test(hostOf(proxy));

/** https://istio.io/latest/news/releases/1.31.x/announcing-1.31/upgrade-notes/ */
function istioRegistry({ toPull }: Machine): Verdict | undefined {
  const old = toPull.find((image) => /^(?:registry\.istio\.io|gcr\.io\/istio-release)\//.test(image));
  return old === undefined
    ? undefined
    : {
        warn: `${old} is to be pulled from a registry that Istio leaves`,
        cause: "Istio's images moved to Docker Hub, and the old addresses are switched off by and by",
        fix: `write docker.io/istio/${old.split('/').at(-1) ?? ''} in the manifest`,
      };
}
