// Tools from a publisher on loopback, with every way in which that goes wrong.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../../scripts/error.ts';
import { run } from '../../../scripts/process/run.ts';
import { openLabDir, type LabDir } from '../../../scripts/state/lab-dir.ts';
import { ensureTool, type EnsureToolOptions } from '../../../scripts/tools/ensure-tool.ts';
import type { ToolName } from '../../../scripts/tools/releases.ts';
import { broken, file, openProxy, Publisher } from './support/publisher.ts';

const kind = '/v0.33.0/kind-linux-amd64';
const istioctl = '/1.25.1/istioctl-1.25.1-linux-amd64.tar.gz';
const oneSpace = { suffix: '.sha256', text: (hex: string) => `${hex} istioctl-1.25.1-linux-amd64.tar.gz\n` };
const twoSpaces = { suffix: '.sha256sum', text: (hex: string) => `${hex}  kind-linux-amd64\n` };
/** Long enough for several packets. */
const program = Buffer.from(`#!/bin/sh\necho downloaded\nexit 0\n${'#'.repeat(200_000)}\n`);

let publisher: Publisher;
let dir: string;
let labDir: LabDir;
let notes: string[];

beforeEach(async () => {
  publisher = await Publisher.open();
  dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-tools-'));
  labDir = openLabDir(dir, {});
  notes = [];
});

afterEach(async () => {
  await publisher[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const ensure = async (name: ToolName, options: Partial<EnsureToolOptions> = {}): Promise<string> =>
  ensureTool(name, {
    labDir,
    signal: new AbortController().signal,
    note: (text) => notes.push(text),
    env: { PATH: join(dir, 'path') },
    machine: { platform: 'linux', arch: 'x64' },
    publishers: { kind: publisher.url, kubectl: publisher.url, istioctl: publisher.url, helm: publisher.url },
    pausesMs: [0, 0],
    ...options,
  });

const failureOf = async (work: Promise<unknown>): Promise<LabError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LabError);
  return error as LabError;
};

/** A program on PATH that prints `text` whatever it is asked. */
function putOnPath(name: string, text: string): string {
  const path = join(dir, 'path', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Everything in `.lab/tools`, by its path there. */
const kept = (): readonly string[] =>
  existsSync(labDir.tools)
    ? readdirSync(labDir.tools, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(labDir.tools.length + 1))
        .toSorted()
    : [];

async function publishArchive(member: string): Promise<void> {
  const from = join(dir, 'archive');
  mkdirSync(dirname(join(from, member)), { recursive: true });
  writeFileSync(join(from, member), program, { mode: 0o644 });
  writeFileSync(join(from, 'LICENSE'), 'free');
  const archive = join(dir, 'archive.tar.gz');
  await create({ gzip: true, cwd: from, file: archive }, ['LICENSE', member]);
  publisher.publish(istioctl, readFileSync(archive), oneSpace);
}

describe('a tool on PATH', () => {
  it.each<[ToolName, EnsureToolOptions['track'], string]>([
    ['kind', 'course', 'kind v0.33.0 go1.26.8 linux/amd64'],
    ['kind', 'book', 'kind v0.40.1 go1.27.0 darwin/arm64'],
    ['kubectl', 'course', '{\n  "clientVersion": {\n    "gitVersion": "v1.32.4-dispatcher"\n  }\n}'],
    ['kubectl', 'book', '{\n  "clientVersion": {\n    "gitVersion": "v1.24.0"\n  }\n}'],
    [
      'istioctl',
      'course',
      'WARNING: Istio 1.25.0 may be out of support (EOL) already\n{"clientVersion": {"version": "1.25.1"}}',
    ],
    ['helm', 'current', 'v3.21.4+gabcdef0'],
  ])('%s is taken for the track %s when it fits', async (name, track = 'course', text) => {
    const path = putOnPath(name, text);
    expect(await ensure(name, { track })).toBe(path);
    expect(publisher.requests).toEqual([]);
  });

  it.each<[ToolName, string, string]>([
    ['kind', 'kind v0.31.0 go1.25.5 linux/amd64', 'version 0.31.0, and >=0.32.0 is needed'],
    ['kind', 'segmentation fault', 'version unknown, and >=0.32.0 is needed'],
    ['istioctl', '{"clientVersion": {"version": "1.25.2"}}', 'version 1.25.2, and 1.25.1 is needed'],
  ])('%s that says "%s" is left alone, and the right one downloaded', async (name, text, said) => {
    const path = putOnPath(name, text);
    publisher.publish(kind, program, twoSpaces);
    await publishArchive('istioctl');
    const found = await ensure(name);
    expect(dirname(dirname(found))).toBe(labDir.tools);
    expect(notes[0]).toBe(`${path} is ${said}`);
    expect(readFileSync(path, 'utf8')).toContain(text);
  });
});

describe('a download', () => {
  it('is a program that runs, told as it grows, and is not repeated', async () => {
    publisher.publish(kind, program, twoSpaces);
    const path = await ensure('kind');
    expect(await run(path, [])).toMatchObject({ exitCode: 0, stdout: 'downloaded\n' });
    expect(kept()).toEqual(['kind-0.33.0/kind']);
    expect(notes.at(-1)).toBe('kind 0.33.0: ████████████████████ 100 % of 0.2 MB');
    expect(await ensure('kind')).toBe(path);
    expect(publisher.requests).toEqual([`GET ${kind}.sha256sum`, `GET ${kind}`]);
  });

  it('is unpacked when it is an archive, with nothing else of it kept', async () => {
    await publishArchive('istioctl');
    expect(await run(await ensure('istioctl'), [])).toMatchObject({ stdout: 'downloaded\n' });
    expect(kept()).toEqual(['istioctl-1.25.1/istioctl']);
  });

  it('is made once when two want it at the same time', async () => {
    publisher.publish(kind, program, twoSpaces);
    const [one, other] = await Promise.all([ensure('kind'), ensure('kind')]);
    expect(one).toBe(other);
    expect(publisher.requests).toHaveLength(2);
  });

  it('follows the publisher to another address', async () => {
    publisher.publish('/elsewhere', program, twoSpaces);
    publisher.answers.set(kind, (_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    publisher.answers.set(`${kind}.sha256sum`, (_, response) =>
      response.writeHead(302, { location: '/elsewhere.sha256sum' }).end(),
    );
    expect(existsSync(await ensure('kind'))).toBe(true);
  });
});

describe('a download that breaks off', () => {
  it('goes on where it stopped', async () => {
    publisher.publish(kind, program, twoSpaces);
    publisher.answers.set(kind, (request, response) => {
      publisher.answers.set(kind, file(program));
      broken(program, 90_000)(request, response);
    });
    expect(readFileSync(await ensure('kind'))).toEqual(program);
    expect(publisher.requests.slice(1)).toEqual([
      `GET ${kind}`,
      expect.stringMatching(/ bytes=[1-9]\d*-$/) as string,
    ]);
  });

  it('is given up after three tries, keeps what it has, and the next run goes on there', async () => {
    publisher.publish(kind, program, twoSpaces);
    publisher.answers.set(kind, broken(program, 30_000));
    const { code, message, hint } = await failureOf(ensure('kind'));
    expect(code).toBe('DOWNLOAD_FAILED');
    expect(message).toMatch(/^kind 0\.33\.0 could not be downloaded: [^\n]+$/);
    expect(hint).toContain('it goes on where it stopped');
    expect(publisher.requests).toHaveLength(4);
    expect(kept()).toEqual(['kind-0.33.0/kind.part']);
    const have = readFileSync(join(labDir.tools, 'kind-0.33.0', 'kind.part')).length;

    publisher.answers.set(kind, file(program));
    expect(readFileSync(await ensure('kind'))).toEqual(program);
    expect(publisher.requests.at(-1)).toBe(`GET ${kind} bytes=${have}-`);
    expect(kept()).toEqual(['kind-0.33.0/kind']);
  });

  it('is stopped by the user at once, and goes on later', async () => {
    publisher.publish(kind, program, twoSpaces);
    const stop = new AbortController();
    publisher.answers.set(kind, (_, response) => {
      response.writeHead(200, { 'content-length': program.length });
      response.write(program.subarray(0, 70_000));
    });
    const stopped = ensure('kind', {
      signal: stop.signal,
      note: () => stop.abort(new LabError('INTERRUPTED', 'Stopped by Ctrl+C')),
    });
    expect(await failureOf(stopped)).toMatchObject({ code: 'INTERRUPTED' });
    expect(kept()).not.toContain('kind-0.33.0/kind');

    publisher.answers.set(kind, file(program));
    expect(readFileSync(await ensure('kind'))).toEqual(program);
  });

  it.each([
    ['is of another release', Buffer.alloc(50_000, 'x')],
    ['is longer than the whole', Buffer.alloc(300_000, 'x')],
  ])('starts again from nothing when the part %s', async (_, part) => {
    publisher.publish(kind, program, twoSpaces);
    mkdirSync(join(labDir.tools, 'kind-0.33.0'), { recursive: true });
    writeFileSync(join(labDir.tools, 'kind-0.33.0', 'kind.part'), part);
    expect(readFileSync(await ensure('kind'))).toEqual(program);
  });

  it('is not fetched again when only its last step is missing', async () => {
    publisher.publish(kind, program, twoSpaces);
    mkdirSync(join(labDir.tools, 'kind-0.33.0'), { recursive: true });
    writeFileSync(join(labDir.tools, 'kind-0.33.0', 'kind.part'), program);
    expect(readFileSync(await ensure('kind'))).toEqual(program);
    expect(publisher.requests).toEqual([`GET ${kind}.sha256sum`]);
  });
});

describe('a download that cannot be used', () => {
  it('with another checksum than its publisher gives is thrown away', async () => {
    publisher.publish(kind, program, twoSpaces);
    publisher.answers.set(kind, file(Buffer.from(program).fill('x', 100)));
    const { code, message, evidence } = await failureOf(ensure('kind'));
    expect(code).toBe('CHECKSUM_MISMATCH');
    expect(message).toBe(
      `What ${publisher.url}${kind} gave is not kind 0.33.0: its checksum is another than its publisher's`,
    );
    expect(evidence).toHaveLength(2);
    expect(kept()).toEqual([]);
  });

  it.each([
    ['is not there', 404, 1],
    ['is behind a server in trouble', 503, 3],
  ])('because it %s is told with its address', async (_, status, tries) => {
    publisher.publish(kind, program, twoSpaces);
    publisher.answers.set(kind, (__, response) => response.writeHead(status).end());
    const { code, message, hint } = await failureOf(ensure('kind'));
    expect(code).toBe('DOWNLOAD_FAILED');
    expect(message).toContain(`${publisher.url}${kind} answered ${status}`);
    expect(hint).toContain('install kind >=0.32.0 yourself');
    expect(publisher.requests.filter((request) => request === `GET ${kind}`)).toHaveLength(tries);
    expect(kept()).toEqual([]);
  });

  it('because a page came instead of its checksum is told, and nothing is downloaded', async () => {
    publisher.answers.set(`${kind}.sha256sum`, (_, response) => response.end('<html>Sign in</html>'));
    const { message } = await failureOf(ensure('kind'));
    expect(message).toContain(`${publisher.url}${kind}.sha256sum holds no SHA-256 checksum`);
    expect(publisher.requests).toHaveLength(1);
  });

  it('because nobody answers is told with the proxy that was asked', async () => {
    const env = { PATH: '', HTTP_PROXY: 'http://me:secret@127.0.0.1:9' };
    const { code, message, evidence } = await failureOf(ensure('kind', { env }));
    expect(code).toBe('DOWNLOAD_FAILED');
    expect(message).toContain('ECONNREFUSED');
    expect(evidence.join('\n')).toContain('HTTP_PROXY is http://…@127.0.0.1:9');
    expect(evidence.join('\n')).not.toContain('secret');
  });

  it('because the machine is an unusual one names the way out', async () => {
    const machine = { platform: 'freebsd', arch: 'riscv64' };
    const { code, message, hint } = await failureOf(ensure('helm', { machine }));
    expect([code, message]).toEqual(['NO_TOOL_BUILD', 'There is no helm for freebsd on riscv64']);
    expect(hint).toContain('install helm ^3.14.0 yourself');
  });

  // Everything written to /dev/full meets a full disk.
  it.skipIf(!existsSync('/dev/full'))(
    'because the disk is full is told once, without another try',
    async () => {
      publisher.publish(kind, program, twoSpaces);
      mkdirSync(join(labDir.tools, 'kind-0.33.0'), { recursive: true });
      symlinkSync('/dev/full', join(labDir.tools, 'kind-0.33.0', 'kind.part'));
      const { code, message } = await failureOf(ensure('kind'));
      expect([code, message]).toEqual(['DISK_FULL', 'The disk has no room for kind 0.33.0']);
      expect(publisher.requests).toHaveLength(2);
    },
  );
});

describe('a proxy', () => {
  it('of HTTP_PROXY is used, for the checksum and the file', async () => {
    publisher.publish(kind, program, twoSpaces);
    await using proxy = await openProxy();
    await ensure('kind', { env: { PATH: '', HTTP_PROXY: proxy.url } });
    expect(proxy.tunnels.length).toBeGreaterThan(0);
    expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(publisher.url).host]));
  });

  it('is left out for hosts of NO_PROXY', async () => {
    publisher.publish(kind, program, twoSpaces);
    await using proxy = await openProxy();
    await ensure('kind', { env: { PATH: '', http_proxy: proxy.url, NO_PROXY: 'example.org,127.0.0.1' } });
    expect(proxy.tunnels).toEqual([]);
  });

  it('of the process itself is not asked when the environment given has none', async () => {
    publisher.publish(kind, program, twoSpaces);
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:9';
    try {
      expect(existsSync(await ensure('kind'))).toBe(true);
    } finally {
      delete process.env['HTTP_PROXY'];
    }
  });
});
