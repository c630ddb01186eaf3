import type { Schema } from '../../schema/type.ts';
import { list, object, text, textMap } from './fields.ts';
import { exportTo, matchLabels } from './shared.ts';
import { trafficPolicy } from './traffic-policy.ts';

export const destinationRuleSpec = (): Schema =>
  object(
    'What happens to traffic for a service after it was routed: subsets, load balancing, limits, TLS.',
    {
      exportTo: exportTo('destination rule'),
      host: text('The service; a name without a dot is one of this namespace.'),
      subsets: list(
        'Named parts of the service, usually its versions; a VirtualService can send traffic to one.',
        object(
          '',
          {
            labels: textMap("Labels of the subset's pods."),
            name: text('Its name.'),
            trafficPolicy: trafficPolicy(
              'Policies of this subset; each group replaces that of the whole rule.',
            ),
          },
          { required: ['name'] },
        ),
      ),
      trafficPolicy: trafficPolicy('Policies for the service: load balancing, limits, ejection, TLS.'),
      workloadSelector: matchLabels('The client workloads this rule is for; all when it is missing.'),
    },
    { required: ['host'] },
  );
