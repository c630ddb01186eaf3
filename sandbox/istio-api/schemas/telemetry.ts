import type { Schema } from '../../schema/type.ts';
import { removeTagRule, targetsRule, upsertRule } from './cel-rules.ts';
import { atMostOne, choice, double, duration, flag, list, map, object, text, withRules } from './fields.ts';
import { targets } from './shared.ts';

export const telemetrySpec = (): Schema =>
  withRules(
    object('What workloads report: access logs, metrics and traces.', {
      accessLogging: list(
        'Access logs.',
        object('', {
          disabled: flag('Whether to write none.', { nullable: true }),
          filter: object('Which requests are logged.', { expression: text('A CEL expression.') }),
          match: object('Which side writes it.', { mode: mode() }),
          providers: providers(),
        }),
      ),
      metrics: list(
        'Metrics.',
        object('', {
          overrides: list('Changes of single metrics.', override()),
          providers: providers(),
          reportingInterval: duration('How often TCP metrics are reported.'),
        }),
      ),
      ...targets(),
      tracing: list('Traces.', tracing()),
    }),
    targetsRule,
  );

const mode = (): Schema => choice('Client, server, or both.', 'CLIENT_AND_SERVER', 'CLIENT', 'SERVER');

const providers = (): Schema =>
  list(
    'Where it goes.',
    object('', { name: text('A name in the mesh configuration.', { minLength: 1 }) }, { required: ['name'] }),
  );

const override = (): Schema =>
  object('', {
    disabled: flag('Whether to leave it out.', { nullable: true }),
    match: object(
      'Which metric.',
      {
        customMetric: text("A metric of one's own.", { minLength: 1 }),
        metric: choice(
          "One of Istio's metrics.",
          'ALL_METRICS',
          'REQUEST_COUNT',
          'REQUEST_DURATION',
          'REQUEST_SIZE',
          'RESPONSE_SIZE',
          'TCP_OPENED_CONNECTIONS',
          'TCP_CLOSED_CONNECTIONS',
          'TCP_SENT_BYTES',
          'TCP_RECEIVED_BYTES',
          'GRPC_REQUEST_MESSAGES',
          'GRPC_RESPONSE_MESSAGES',
        ),
        mode: mode(),
      },
      atMostOne('metric', 'customMetric'),
    ),
    tagOverrides: map(
      'Changes of its labels.',
      withRules(
        object('', {
          operation: choice('What to do.', 'UPSERT', 'REMOVE'),
          value: text('A CEL expression.'),
        }),
        upsertRule,
        removeTagRule,
      ),
    ),
  });

const tracing = (): Schema =>
  object('', {
    customTags: map(
      'Further tags of spans.',
      object(
        '',
        {
          environment: named('An environment variable of the proxy.'),
          header: named('A request header.'),
          literal: object(
            'A fixed text.',
            { value: text('The text.', { minLength: 1 }) },
            { required: ['value'] },
          ),
        },
        atMostOne('literal', 'environment', 'header'),
      ),
    ),
    disableSpanReporting: flag('Whether to report none.', { nullable: true }),
    enableIstioTags: flag("Whether spans have Istio's tags.", { nullable: true }),
    match: object('Which side reports it.', { mode: mode() }),
    providers: providers(),
    randomSamplingPercentage: double('How many requests are traced, in percent.', {
      nullable: true,
      minimum: 0,
      maximum: 100,
    }),
    useRequestIdForTraceSampling: flag('Whether the request id decides.', { nullable: true }),
  });

const named = (description: string): Schema =>
  object(
    description,
    {
      defaultValue: text('What to use when it is missing.'),
      name: text('Its name.', { minLength: 1 }),
    },
    { required: ['name'] },
  );
