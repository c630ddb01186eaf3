// Ctrl+C at every moment of a lab. What it leaves: no process but the sandbox, and the learner's place.

import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLabDir } from '../../scripts/state/lab-dir.ts';
import { expectNoDefect } from './support/expect-mistake.ts';
import { hasScript, startAtTerminal } from './support/at-terminal.ts';
import { projectRoot, TestWorkshop, type Command, type Environment } from './support/workshop.ts';

const lab = (port: number): string => `---
lab: 1
title: Waiting
summary: A lab that takes its time
minutes: 5
apps: []
---

# Waiting

## Be quick

\`\`\`sh
echo quick
\`\`\`

## Be slow

\`\`\`sh timeout=60s
echo slow; test -e "$KUBECONFIG.go" || sleep 54
\`\`\`

## Ask often

<details><summary>Check: it answers</summary>

\`\`\`yaml check
traffic:
  get: http://localhost:${port}/
  success: 99%
invariant: true
\`\`\`

</details>
`;

const stubborn = `---
lab: 2
title: Stubborn
summary: A lab whose command has to be killed
minutes: 5
apps: []
---

# Stubborn

## Stay

\`\`\`sh
(trap '' TERM; echo stubborn; sleep 53)
\`\`\`
`;

let workshop: TestWorkshop;
let env: Environment;
let silent: Server;

beforeAll(async () => {
  workshop = await TestWorkshop.open();
  // Takes connections and never answers.
  silent = createServer((socket) => socket.on('error', () => undefined));
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as AddressInfo).port));
  });
  workshop.write('labs/01-waiting/README.md', lab(port));
  workshop.write('labs/02-stubborn/README.md', stubborn);
  env = { LABS_DIR: join(workshop.dir, 'labs') };
});

afterAll(async () => {
  silent.close();
  await workshop[Symbol.asyncDispose]();
});

async function interrupted(command: Command): Promise<void> {
  command.interrupt();
  const result = await command.result;
  expectNoDefect(result);
  expect({ ...result }).toMatchObject({
    exitCode: 130,
    stderr:
      'Stopped by Ctrl+C; what you did is kept\nNext: run the same command again to go on where you were\n',
  });
  expect(workshop.leftovers()).toEqual([]);
}

const done = (): unknown =>
  (
    JSON.parse(
      readFileSync(
        join(openLabDir(projectRoot, { ...env, LAB_DIR: workshop.labDir }).labs.progress, '01.json'),
        'utf8',
      ),
    ) as { done: unknown }
  ).done;

describe('Ctrl+C', () => {
  it('during the set-up leaves no process, and the next run sets up again', async () => {
    // A sandbox that never gets ready: where it is faster than the signal, there would be a cluster to leave up.
    const hold = workshop.write(
      'hold.mjs',
      `if (process.argv[2]?.endsWith('sandbox/main.ts')) setInterval(() => undefined, 1000), await new Promise(() => undefined);\n`,
    );
    const command = workshop.start('up', [], { NODE_OPTIONS: `--import ${pathToFileURL(hold).href}` });
    await command.says('starting the process');
    await interrupted(command);
    expect(workshop.sandboxes()).toEqual([]);
    const again = await workshop.run('up');
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.skipIf(!hasScript)(
    'at a question in a terminal keeps the place, and leaves the cluster up',
    async () => {
      const command = startAtTerminal(workshop, ['1'], env);
      await command.says('Run it?');
      command.type('\r');
      await command.says(/Be slow[^]*Run it\?/);
      command.type('\u0003');
      const result = await command.result;
      expectNoDefect(result);
      expect(result.exitCode).toBe(130);
      expect(result.stdout).toContain('Stopped by Ctrl+C; what you did is kept');
      expect(workshop.leftovers()).toEqual([]);
      expect(done()).toEqual(['be-quick']);
      expect(workshop.sandboxes()).toHaveLength(1);
    },
  );

  it('during a command ends the command, and the lab goes on at its step', async () => {
    const [sandbox] = workshop.sandboxes();
    const command = workshop.start('lab', ['1'], env);
    await command.says('\nslow\n');
    await interrupted(command);
    expect(done()).toEqual(['be-quick']);
    expect(workshop.sandboxes()).toEqual([sandbox]);

    const again = workshop.start('lab', ['1'], env);
    await again.says('Done before: 1 Be quick.');
    await again.says('\nslow\n');
    await interrupted(again);
  });

  it('during a traffic check ends its curl', async () => {
    workshop.write('lab dir/kubeconfig.go', '');
    const command = workshop.start('lab', ['1'], env);
    await command.says('Step 3 of 3: Ask often');
    await expect.poll(() => workshop.leftovers().some((line) => line.includes(' --config -'))).toBe(true);
    await interrupted(command);
    expect(done()).toEqual(['be-quick', 'be-slow']);
  });

  it('a second time ends the run at once', async () => {
    const command = workshop.start('lab', ['2'], env);
    await command.says('\nstubborn\n');
    // Over and over, as an impatient user: two signals that arrive together count as one.
    const impatience = setInterval(() => command.interrupt(), 100);
    const result = await command.result;
    clearInterval(impatience);
    // Without the words of a run that was stopped gently.
    expect(result).toMatchObject({ exitCode: 130, stderr: '' });
    await expect.poll(() => workshop.leftovers()).toEqual([]);
  });
});
