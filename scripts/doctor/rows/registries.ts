// Where the images of a set-up come from.

import { parseImageReference } from '../../../apps/image-reference.ts';
import type { Machine } from '../machine/machine.ts';
import type { Row, Verdict } from '../row.ts';

export const registryRows: readonly Row[] = [
  {
    id: 'docker-hub',
    engines: ['kind'],
    exitCode: 63,
    symptom: 'images do not come: toomanyrequests: You have reached your unauthenticated pull rate limit',
    judge: dockerHub,
  },
];

/** No reason to stop: the node may come to the internet by another address than whoever asked. */
function dockerHub({ toPull, dockerHub: answer }: Machine): Verdict | undefined {
  const wanted = toPull.filter((image) => isOnDockerHub(image)).length;
  if (wanted === 0 || answer === undefined) return undefined;
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
