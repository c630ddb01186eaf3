// What every engine needs of a machine.

import { kubectlInstallUrl } from '../../kubectl/install-url.ts';
import { toolVersions } from '../../tools/releases.ts';
import { commands } from '../machine/commands.ts';
import { answerTo, type Machine } from '../machine/machine.ts';
import type { Row, Verdict } from '../row.ts';

const mebibyte = 1024 * 1024;
const leastFreeBytes = 200 * mebibyte;
const leastNode = [20, 20] as const;

export const systemRows: readonly Row[] = [
  {
    id: 'node',
    exitCode: 20,
    symptom: 'commands end with a syntax error or a missing function',
    judge: node,
  },
  {
    id: 'bash',
    exitCode: 21,
    symptom: 'no command of a lab runs',
    judge: (machine) => required(machine, 'bash'),
  },
  {
    id: 'curl',
    exitCode: 22,
    symptom: 'no check of a lab can send its requests',
    judge: (machine) => required(machine, 'curl'),
  },
  {
    id: 'kubectl',
    exitCode: 23,
    symptom: 'a small stand-in serves the labs, with the verbs that they use',
    judge: kubectl,
  },
  {
    id: 'kubectl-version',
    engines: ['kind'],
    exitCode: 29,
    symptom: 'kubectl in a terminal of your own: SchemaError, or fields that it does not know',
    judge: kubectlVersion,
  },
  { id: 'folder', exitCode: 24, symptom: 'nothing can be kept: no cluster, no progress', judge: folder },
  { id: 'disk', exitCode: 25, symptom: 'the cluster refuses what is applied', judge: disk },
  {
    id: 'proxy',
    exitCode: 27,
    symptom: 'curl http://localhost:30000 in a terminal of your own is answered by the proxy',
    judge: proxy,
  },
];

function node({ node: version }: Machine): Verdict {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  return enough
    ? { ok: `Node ${version}` }
    : {
        fail: `Node ${version}`,
        cause: `the labs need Node ${leastNode.join('.')}`,
        fix: `install Node ${leastNode.join('.')} or newer`,
      };
}

function required(machine: Machine, name: 'bash' | 'curl'): Verdict {
  const answer = answerTo(machine, commands[name]);
  const line = answer?.stdout.split('\n')[0] ?? '';
  return answer?.exitCode === 0 && line !== ''
    ? { ok: line }
    : {
        fail: `The labs need ${name}, and it is not on PATH`,
        cause: `${name} is not installed, or PATH does not name its folder`,
        fix: `install ${name} with your package manager`,
      };
}

function kubectl(machine: Machine): Verdict {
  const answer = answerTo(machine, commands.kubectl);
  return answer?.exitCode === 0
    ? { ok: `kubectl ${answer.stdout.split('\n')[0] ?? ''}` }
    : {
        warn: 'kubectl is not on PATH; a small stand-in serves the labs',
        cause: 'kubectl is not installed, or PATH does not name its folder',
        fix: `install the real one: ${kubectlInstallUrl}`,
      };
}

const minorIn = (version: string): number => Number(/\bv?1\.(\d+)\./.exec(version)?.[1] ?? Number.NaN);

/** One minor version between them is fine. The lab's own commands have a kubectl that fits. */
function kubectlVersion(machine: Machine): Verdict | undefined {
  const answer = answerTo(machine, commands.kubectl);
  const own = minorIn(answer?.exitCode === 0 ? (answer.stdout.split('\n')[0] ?? '') : '');
  const server = minorIn(toolVersions[machine.track].kubectl.version);
  const between = Math.abs(own - server);
  return between > 1
    ? {
        warn: `kubectl 1.${own} is ${between} minor versions away from Kubernetes 1.${server}`,
        cause: `the track ${machine.track} has Kubernetes 1.${server}, and kubectl fits one minor version away`,
        fix: `in your own terminal, once the cluster is up: export PATH="${machine.labDir}/kind/bin:$PATH"`,
      }
    : undefined;
}

function folder({ labDir, writable }: Machine): Verdict {
  return writable.includes(labDir)
    ? { ok: `${labDir} is writable` }
    : {
        fail: `${labDir} is not writable`,
        cause: 'the folder belongs to somebody else, or its file system is read-only',
        fix: 'give yourself the right to write there, or set LAB_DIR to another folder',
      };
}

function disk({ labDir, freeBytes }: Machine): Verdict | undefined {
  const free = freeBytes[labDir];
  if (free === undefined) return undefined;
  const seen = `${Math.round(free / mebibyte)} MiB free at ${labDir}`;
  return free >= leastFreeBytes
    ? { ok: seen }
    : {
        fail: seen,
        cause: 'the disk is nearly full',
        fix: 'free at least 200 MiB, or set LAB_DIR to a folder on another disk',
      };
}

/** Commands of the labs are given a NO_PROXY of their own; a learner's other terminal is not. */
function proxy({ env }: Machine): Verdict | undefined {
  const name = ['http_proxy', 'all_proxy', 'ALL_PROXY'].find((key) => (env[key] ?? '') !== '');
  if (name === undefined) return undefined;
  const direct = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(',').map((host) => host.trim());
  return direct.some((host) => host === 'localhost' || host === '*')
    ? { ok: `${name} is set, and NO_PROXY has localhost` }
    : {
        warn: `${name} is set, and NO_PROXY does not have localhost`,
        cause: 'curl asks the proxy for every host that NO_PROXY does not name',
        fix: 'in your own terminal: export NO_PROXY="$NO_PROXY,localhost,127.0.0.1"',
      };
}
