// Why an image did not come, from what the registry, the network or the container runtime said.

import { LabError } from '../../error.ts';
import { tail } from './docker.ts';

/** `said`: whatever the program printed. */
export function pullFailure(image: string, said: string): LabError {
  const { why, hint } = rows.find(({ pattern }) => pattern.test(said)) ?? unknown;
  const lines = said.split('\n').filter((line) => /error|failed|denied|toomany|refused|timeout/i.test(line));
  const evidence = [...new Set(lines.map(tail))].slice(0, 3);
  return new LabError('IMAGE_PULL_FAILED', `The image ${image} could not be pulled: ${why}`, {
    hint,
    evidence,
  });
}

/** There is no such image for this machine: another try would not help, building it may. */
export const isMissingImage = (said: string): boolean => missing.test(said);

const missing =
  /no match for platform in manifest|manifest unknown|not found|repository does not exist|insufficient_scope/i;

const again = 'then run the same command again: it goes on where it stopped';

const rows: readonly { readonly pattern: RegExp; readonly why: string; readonly hint: string }[] = [
  {
    pattern: /toomanyrequests|pull rate limit/i,
    why: 'Docker Hub gives no more to this address for now',
    hint: `wait some hours, use another network, or prepare a bundle where images come from: npm run fetch; ${again}`,
  },
  {
    pattern: /x509|certificate signed by unknown authority/i,
    why: 'something on the way presents a certificate that the node does not know',
    hint: `add your proxy's CA to the node, or use a network without that proxy; ${again}`,
  },
  {
    pattern:
      /no such host|i\/o timeout|connection refused|connection reset|network is unreachable|TLS handshake timeout|server misbehaving|temporary failure in name resolution/i,
    why: 'its registry cannot be reached',
    hint: `check the connection, HTTPS_PROXY and NO_PROXY, ${again}`,
  },
  {
    pattern: /no space left on device/i,
    why: 'the disk of Docker is full',
    hint: `docker system prune, or give Docker more room, ${again}`,
  },
  {
    pattern: missing,
    why: 'its registry has none of that name for this machine',
    hint: 'correct the name in the manifest',
  },
  {
    pattern: /unauthorized|access denied|authentication required/i,
    why: 'its registry wants a login',
    hint: 'docker login, npm run fetch, then run the same command again: the node takes images from the bundle, and has no login of its own',
  },
];

const unknown = { why: 'see what was said', hint: `check the connection, ${again}` };
