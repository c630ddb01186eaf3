import { expect, it } from 'vitest';
import { samplingBar } from '../../../scripts/learn/sampling-bar.ts';
import { openStatusLine } from '../../../scripts/learn/status-line.ts';
import { openTerminal } from './support/terminal.ts';

it('shows all that fits of a coloured bar, and no colour runs out of it', async () => {
  const terminal = openTerminal();
  const status = openStatusLine(terminal.output, { moves: true });
  const parts = ['v1', 'v2', 'v3'].map((name) => ({ name: `version-${name}`, share: 1 / 3 }));
  status.show(samplingBar({ requests: 1150, seen: '', parts }, { color: true }));
  await terminal.drawn();
  expect(terminal.screen()).toBe(
    '1150 requests  version-v1 33.3 % ████████░░░░░░░░▓▓▓▓▓▓▓▓ version-v2 33.3 % ver',
  );
  const last = terminal.written().split('▓').at(-1);
  expect(last).toBe('\u001B[39m version-v2 33.3 % ver');
});

it('is one line in a narrow window, and gone at the end', async () => {
  const terminal = openTerminal({ columns: 20 });
  const status = openStatusLine(terminal.output, { moves: true });
  status.show('Waiting for green: everyone gets version 1');
  await terminal.drawn();
  expect(terminal.screen()).toBe('Waiting for green:');
  status.end();
  await terminal.drawn();
  expect(terminal.screen()).toBe('');
});
