// The README of a lab with the outputs it shows replaced by those of a run.

import { LabError } from '../../error.ts';
import { generalize } from '../compare/generalize.ts';
import { commandsOf, type ExpectedOutput, type Lab } from '../format/lab.ts';
import { showPlace, type Place } from '../format/place.ts';
import type { CommandReport, LabReport } from './report.ts';

/**
 * The text with the output of every command that ran, holes kept where they still fit. What matches stays to the
 * letter.
 * @param readme the text the lab was parsed from
 * @param report of a run with `outputs: 'may-differ'`
 * @throws LabError for an output that would end its fence
 */
export function recordOutputs(readme: string, lab: Lab, report: LabReport): string {
  const ran = new Map(
    report.steps.flatMap(({ commands }) => commands).map((command) => [showPlace(command.at), command]),
  );
  const shown = lab.steps.flatMap(commandsOf).flatMap(({ at, expected }) => {
    const command = ran.get(showPlace(at));
    return expected === undefined || command?.difference === undefined ? [] : [{ expected, command }];
  });
  // From the end, so that the offsets before stay right.
  return shown.toReversed().reduce((text, { expected, command }) => {
    const lines = newLines(expected, command);
    return text.slice(0, expected.start) + lines + text.slice(expected.end);
  }, readme);
}

function newLines({ text, mode, at }: ExpectedOutput, { output }: CommandReport): string {
  const recorded = generalize(output, text, mode);
  if (/^ {0,3}(?:`{3,}|~{3,})/m.test(recorded)) throw endsFence(at);
  const indent = ' '.repeat(at.column - 1);
  return recorded === '' ? '' : recorded.replaceAll(/^/gm, indent).concat('\n');
}

const endsFence = (at: Place): LabError =>
  new LabError('RECORD_FENCE', `The output for ${showPlace(at)} has a line that would end its fence`, {
    hint: 'write this output by hand, in a fence of more backticks than it holds',
  });
