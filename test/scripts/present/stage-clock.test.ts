import { describe, expect, it } from 'vitest';
import type { LabReport } from '../../../scripts/lab/run/report.ts';
import { notesPage } from '../../../scripts/present/notes-page.ts';
import { planOf, stageTime } from '../../../scripts/present/stage-clock.ts';
import { labOf, openStage, sh } from '../lab/run/stage.ts';

describe('the clock of a talk', () => {
  const lab = labOf(openStage(), sh('one'), sh('two'), sh('three'));

  /** What the cluster took for each of the three steps. */
  const rehearsal = (...minutes: readonly number[]): Pick<LabReport, 'steps'> => ({
    steps: lab.steps.map(({ id, title, at }, index) => ({
      id,
      title,
      at,
      status: 'passed',
      commands: [],
      checks: [],
      durationMs: (minutes[index] ?? 0) * 60_000,
    })),
  });

  it.each([
    ['the minutes of the lab', 0, 59, undefined, undefined, '0:59 of about 15:00, in time'],
    ['the minutes of the lab', 1, 7 * 60, undefined, undefined, '7:00 of about 15:00, 2 min behind'],
    ['the introduction', -1, 90, undefined, undefined, '1:30 of about 15:00, 1 min behind'],
    // Nine minutes for the cluster, six for the talk: step 2 is due after 8 + 2 of them.
    ['the rehearsal', 1, 10 * 60, undefined, [8, 1, 0], '10:00 of about 15:00, in time'],
    ['the rehearsal', 2, 10 * 60, undefined, [8, 1, 0], '10:00 of about 15:00, 3 min ahead'],
    [
      'a rehearsal that took longer than the lab should',
      1,
      0,
      undefined,
      [10, 10, 0],
      '0:00 of about 20:00, 10 min ahead',
    ],
    [
      'the last time',
      1,
      60,
      { 'step-2': 3 * 60_000, end: 20 * 60_000 },
      [8, 1, 0],
      '1:00 of 20:00, 2 min ahead',
    ],
  ])('goes by %s: at step %i after %i s', (_, step, seconds, last, minutes, expected) => {
    const plan = planOf(lab, { last, rehearsal: minutes && rehearsal(...minutes) });
    expect(stageTime(plan, step, seconds * 1000)).toBe(expected);
  });

  it('is told on the notes, too, as what the cluster took', () => {
    const page = notesPage(lab, 0, { width: 80, color: false, rehearsal: rehearsal(0.2) });
    expect(page).toContain('The cluster took 12.0 s for it at the rehearsal.');
  });
});
