// `npm run doctor`: does this machine have what the labs need?

import { styleText } from 'node:util';
import { entry } from './cli/entry.ts';
import { clusterFlagNames } from './cli/cluster-flags.ts';
import { readFlags } from './cli/flags.ts';
import { diagnose } from './doctor/diagnose.ts';
import type { Finding } from './doctor/finding.ts';
import { openWorkshop } from './environment/workshop.ts';

await entry(async (signal) => {
  const { engine, cluster, json } = readFlags('doctor', ['engine', 'json', ...clusterFlagNames]);
  const findings = await diagnose(await openWorkshop({ env: process.env, engine, cluster, signal }), signal);
  const text = json ? JSON.stringify(findings, null, 2) : findings.map(render).join('\n');
  process.stdout.write(`${text}\n`);
  return findings.find(({ status }) => status === 'fail')?.exitCode ?? 0;
});

function render({ status, detail, symptom, cause, fix }: Finding): string {
  const mark = { ok: styleText('green', '✔'), warn: styleText('yellow', '!'), fail: styleText('red', '✖') }[
    status
  ];
  const more = [
    symptom === undefined ? [] : [`what happens:  ${symptom}`],
    cause === undefined ? [] : [`because:       ${cause}`],
    fix === undefined ? [] : [`what to do:    ${fix}`],
  ];
  return [`${mark} ${detail}`, ...more.flat().map((line) => `  ${line}`)].join('\n');
}
