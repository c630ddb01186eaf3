// A run as lines for any terminal or log: no colours, no cursor movement.

import { showPlace } from '../format/place.ts';
import { whyLines } from './why-lines.ts';
import { renderEvent, type EventRenderers, type LabEvent } from '../run/event.ts';

/** Turns events into text to write as it is. It remembers whether the last line has ended. */
export function plainRenderer(): (event: LabEvent) => string {
  let isLineOpen = false;
  return (event) => {
    const text = renderEvent(renderers, event);
    if (text === '') return '';
    const gap = isLineOpen && event.kind !== 'command-output' ? '\n' : '';
    isLineOpen = !text.endsWith('\n');
    return gap + text;
  };
}

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const restarts = {
  exit: 'The command ended its shell: a fresh one goes on, without the variables, functions and background jobs so far',
  timeout:
    'The shell was stopped with the command: a fresh one goes on, without the variables and functions so far',
};

const renderers: EventRenderers<string> = {
  'lab-start': ({ number, title, steps }) => lines(`Lab ${number}: ${title} (${count(steps, 'step')})`),
  'step-start': ({ index, count: total, title }) => lines('', `Step ${index} of ${total}: ${title}`),
  'check-before': ({ title, red, expectedRed }) =>
    red === expectedRed ? '' : lines(`✖ ${title}: ${red ? 'an invariant, and red' : 'green too soon'}`),
  'command-start': ({ text }) => lines(`$ ${text.split('\n').join('\n> ')}`),
  'command-output': ({ text }) => text,
  'command-retry': ({ reason }) => lines(`… ${reason}: looking again`),
  'shell-restarted': ({ cause }) => lines(`! ${restarts[cause]}`),
  'output-compared': () => '',
  'command-end': ({ command: { reason, at, difference = [] } }) =>
    reason === undefined ? '' : lines(`✖ ${reason} (${showPlace(at)})`, ...indent(difference)),
  'check-start': () => '',
  'check-progress': () => '',
  'check-result': ({
    title,
    result: { status, observed, expected, reason, durationMs, evidence, command, why },
  }) =>
    status === 'pass'
      ? lines(`✔ ${title}: ${observed} (${seconds(durationMs)})`)
      : lines(
          `✖ ${title}${reason === undefined ? '' : `: ${reason}`}`,
          ...indent([`observed: ${observed}`, `expected: ${expected}`, `by hand:  ${command}`, ...evidence]),
          ...indent(why === undefined ? [] : whyLines(why)),
        ),
  'step-end': () => '',
  'lab-end': ({ report: { lab, status, durationMs, failure, steps } }) =>
    failure === undefined
      ? lines('', `✔ Lab ${lab.number} ${status}: ${count(steps.length, 'step')} in ${seconds(durationMs)}`)
      : lines(
          '',
          `✖ Lab ${lab.number} ${status} at ${showPlace(failure.at)}: ${failure.message}`,
          ...(failure.hint === undefined ? [] : [`Next: ${failure.hint}`]),
        ),
};

const indent = (texts: readonly string[]): readonly string[] => texts.map((text) => `  ${text}`);

const count = (number: number, noun: string): string => (number === 1 ? `one ${noun}` : `${number} ${noun}s`);
