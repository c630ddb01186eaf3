import { expect, it } from 'vitest';
import { firstAbort } from '../../../scripts/process/first-abort.ts';

it('aborts with the reason of the first that does', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const signal = firstAbort(one.signal, other.signal);
  expect(signal.aborted).toBe(false);
  other.abort('enough');
  one.abort('too late');
  expect(signal.reason).toBe('enough');
});

it('may be listened to by any number', async () => {
  const warnings: string[] = [];
  const listen = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', listen);
  const signal = firstAbort(new AbortController().signal);
  for (let index = 0; index < 20; index += 1) signal.addEventListener('abort', () => undefined);
  // Warnings are given in the next turn.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});
