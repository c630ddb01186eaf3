import { describe, expect, it } from 'vitest';
import type { Player } from '../../../scripts/present/player.ts';
import { sh, shows } from '../lab/run/stage.ts';
import { keys } from '../learn/support/terminal.ts';
import { first, openShow } from './support/show.ts';

describe('a command on stage', () => {
  it('is typed letter by letter, waits to be talked about, and then runs', async () => {
    const show = openShow([sh('echo hello')], { 'echo hello': [{ output: 'hello\n' }] });
    await show.press(' ', first);
    await show.press(' ', /1 {3}S T E P[^]*keys\)/);
    await show.stage.clock.advance(100);
    await show.terminal.shows(/\$ ec$/m);
    await show.typed();
    await show.terminal.shows(/\$ echo hello$/m);
    expect(show.stage.ran).toEqual([]);
    show.terminal.type(' ');
    expect(Object.keys(await show.reached)).toEqual(['step-1', 'end']);
    await show.terminal.drawn();
    expect(show.terminal.screen()).toMatch(/\$ echo hello\nhello\n[^]*Retries: presented in/);
  });

  it('comes at once when a key is pressed while it is typed', async () => {
    const show = openShow([sh('echo hello')]);
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(' ', /\$ $|\$$/m);
    await show.press(' ', /\$ echo hello$/m);
    await show.reached;
    expect(show.stage.ran).toEqual(['echo hello']);
  });

  it.each([
    ['back', 'b', /^ {2}R E T R I E S\n[^]*Retries, 0:00[^]*keys\)/m],
    ['back, by a clicker', '\u001B[5~', /^ {2}R E T R I E S\n[^]*Retries, 0:00[^]*keys\)/m],
    ['to another step', 'j', /Jump to/],
  ])('is left with a key that leads %s while it is typed', async (_, key, place) => {
    const show = openShow([sh('echo hello')]);
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(key, /\$ ?$/m);
    await show.press(key === 'j' ? keys.interrupt : 'q', place);
    await show.reached.catch(() => undefined);
    expect(show.stage.ran).toEqual([]);
  });

  it('ends the talk with q while it is typed', async () => {
    const show = openShow([sh('echo hello')]);
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press('q', /\$ ?$/m);
    expect(Object.keys(await show.reached)).toEqual(['step-1']);
    expect(show.stage.ran).toEqual([]);
  });

  describe('that takes its time', () => {
    const slow = (): { readonly player: Player; readonly end: () => void } => {
      let end = (): void => undefined;
      const run: Player['run'] = async ({ text }, write, signal) => {
        write(`${text.trim()} runs\n`);
        await new Promise<void>((resolve, reject) => {
          end = resolve;
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      };
      const none: Player['check'] = async () => Promise.reject(new Error('there are no checks'));
      return { player: { mark: undefined, run, check: none }, end: () => end() };
    };

    it('is not disturbed by keys: they are not seen, and mean nothing later', async () => {
      const { player, end } = slow();
      const show = openShow([`${sh('one')}\n\n${sh('two')}`], {}, () => ({ player }));
      await show.press(' ', first);
      await show.press(' ', /S T E P[^]*keys\)/);
      await show.press(' ', /\$ ?$/m);
      await show.press(' ', /\$ one$/m);
      await show.press('b', 'one runs');
      await show.press(' ', 'one runs');
      expect(show.terminal.isRaw()).toBe(true);
      end();
      await show.press('q', /one runs\n\n[^]*keys\)/);
      expect(Object.keys(await show.reached)).toEqual(['step-1']);
      expect(show.terminal.screen()).not.toContain('two');
    });

    it('is stopped by Ctrl+C', async () => {
      const show = openShow([sh('one')], {}, () => slow());
      const failure = show.reached.catch((error: unknown) => error);
      await show.press(' ', first);
      await show.press(' ', /S T E P[^]*keys\)/);
      await show.press(' ', /\$ ?$/m);
      await show.press(' ', /\$ one$/m);
      await show.press(keys.interrupt, 'one runs');
      expect(await failure).toMatchObject({ code: 'INTERRUPTED' });
    });
  });

  it('that only looks shows nothing until it sees what the lab shows', async () => {
    const step = `${sh('look', ' within=10s')}\n\n${shows('there')}\n\n${sh('two')}`;
    const show = openShow([step], { look: [{ output: 'not yet\n' }, { output: 'there\n' }] });
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(' ', /\$ ?$/m);
    await show.press(' ', /\$ look$/m);
    await show.terminal.shows(/\$ look\nLooking until it is there$/);
    await show.stage.clock.advance(1000);
    await show.press('q', /\$ look\nthere\n\nStep 1 of 1, .*keys\)$/);
    await show.reached;
    expect(show.stage.ran).toEqual(['look', 'look']);
  });

  it('is repeated as often as one likes', async () => {
    const show = openShow([`${sh('one')}\n\n${sh('two')}`], {
      one: [{ output: 'first\n' }, { output: 'second\n' }],
    });
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(' ', /\$ ?$/m);
    await show.press(' ', /\$ one$/m);
    await show.press('r', /first\n[^]*keys\)/);
    await show.typed();
    await show.press('q', /second\n[^]*keys\)/);
    await show.reached;
    expect(show.stage.ran).toEqual(['one', 'one']);
  });
});
