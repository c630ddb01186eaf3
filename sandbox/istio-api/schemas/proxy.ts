// EnvoyFilter, ProxyConfig and WasmPlugin: what changes the proxies themselves.

import type { Schema } from '../../schema/type.ts';
import { envoyFilterTargetsRule, hostEnvironmentRule, targetsRule, wasmUrlRule } from './cel-rules.ts';
import {
  anything,
  atMostOne,
  choice,
  int32,
  list,
  map,
  object,
  text,
  textMap,
  uint32,
  withRules,
} from './fields.ts';
import { matchLabels, targetRefs, targets, workloadSelector } from './shared.ts';

export const envoyFilterSpec = (): Schema =>
  withRules(
    object("Changes of the proxies' own configuration.", {
      configPatches: list(
        'The changes.',
        object('', {
          applyTo: choice(
            'What is changed.',
            'INVALID',
            'LISTENER',
            'FILTER_CHAIN',
            'NETWORK_FILTER',
            'HTTP_FILTER',
            'ROUTE_CONFIGURATION',
            'VIRTUAL_HOST',
            'HTTP_ROUTE',
            'CLUSTER',
            'EXTENSION_CONFIG',
            'BOOTSTRAP',
            'LISTENER_FILTER',
          ),
          match: patchMatch(),
          patch: patch(),
        }),
      ),
      priority: int32('Lower ones are applied first.'),
      targetRefs: targetRefs(),
      workloadSelector: workloadSelector(
        'The workloads this is for; all of the namespace when it is missing.',
      ),
    }),
    envoyFilterTargetsRule,
  );

const patchMatch = (): Schema =>
  object(
    'Where it is changed.',
    {
      cluster: object('A cluster.', {
        name: text('Its name.'),
        portNumber: uint32('The port of its service.'),
        service: text('Its service.'),
        subset: text('Its subset.'),
      }),
      context: choice('In which proxies.', 'ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY'),
      listener: object('A listener.', {
        filterChain: object('One of its filter chains.', {
          applicationProtocols: text('Its application protocols.'),
          destinationPort: uint32('Its destination port.'),
          filter: object('One of its filters.', {
            name: text('Its name.'),
            subFilter: object('An HTTP filter in it.', { name: text('Its name.') }),
          }),
          name: text('Its name.'),
          sni: text('Its server name.'),
          transportProtocol: text('Its transport protocol.'),
        }),
        listenerFilter: text('One of its listener filters.'),
        name: text('Its name.'),
        portName: text('Not used.'),
        portNumber: uint32('Its port.'),
      }),
      proxy: object('Some proxies only.', {
        metadata: textMap('What their metadata must say.'),
        proxyVersion: text('A regular expression for their version.'),
      }),
      routeConfiguration: object('A route configuration.', {
        gateway: text('Its gateway, `namespace/name`.'),
        name: text('Its name.'),
        portName: text('The name of its port.'),
        portNumber: uint32('Its port.'),
        vhost: object('One of its virtual hosts.', {
          domainName: text('One of its domains.'),
          name: text('Its name.'),
          route: object('One of its routes.', {
            action: choice('What it does.', 'ANY', 'ROUTE', 'REDIRECT', 'DIRECT_RESPONSE'),
            name: text('Its name.'),
          }),
        }),
      }),
    },
    atMostOne('listener', 'routeConfiguration', 'cluster'),
  );

const patch = (): Schema =>
  object('The change.', {
    filterClass: choice('Where in the chain a filter goes.', 'UNSPECIFIED', 'AUTHN', 'AUTHZ', 'STATS'),
    operation: choice(
      'How it is changed.',
      'INVALID',
      'MERGE',
      'ADD',
      'REMOVE',
      'INSERT_BEFORE',
      'INSERT_AFTER',
      'INSERT_FIRST',
      'REPLACE',
    ),
    value: anything("Envoy's own configuration, as JSON."),
  });

export const proxyConfigSpec = (): Schema =>
  object('Settings of the proxies themselves.', {
    concurrency: int32('How many worker threads; 0 means one for each core.', { nullable: true, minimum: 0 }),
    environmentVariables: map('Environment variables of the proxy.', { type: 'string', maxLength: 2048 }),
    image: object('The image of the proxy.', {
      imageType: text('`default`, `debug` or `distroless`.'),
    }),
    selector: matchLabels('The workloads this is for; all of the namespace when it is missing.'),
  });

export const wasmPluginSpec = (): Schema =>
  withRules(
    object(
      'A WebAssembly filter for the proxies.',
      {
        failStrategy: choice('What happens when it fails.', 'FAIL_CLOSE', 'FAIL_OPEN'),
        imagePullPolicy: choice('When its image is fetched.', 'UNSPECIFIED_POLICY', 'IfNotPresent', 'Always'),
        imagePullSecret: text('The Secret to fetch it with.', { minLength: 1, maxLength: 253 }),
        match: list(
          'Which traffic it sees.',
          object('', {
            mode: choice('Client, server, or both.', 'UNDEFINED', 'CLIENT', 'SERVER', 'CLIENT_AND_SERVER'),
            ports: list('Which ports.', object('', { number: port() }, { required: ['number'] }), {
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['number'],
            }),
          }),
        ),
        phase: choice('Where in the chain it goes.', 'UNSPECIFIED_PHASE', 'AUTHN', 'AUTHZ', 'STATS'),
        pluginConfig: anything('What the plug-in is told.'),
        pluginName: text('The name of the plug-in in the module.', { minLength: 1, maxLength: 256 }),
        priority: int32('Higher ones come first.', { nullable: true }),
        ...targets(),
        sha256: text('The hash of the module.', { pattern: '(^$|^[a-f0-9]{64}$)' }),
        type: choice('HTTP or network filter.', 'UNSPECIFIED_PLUGIN_TYPE', 'HTTP', 'NETWORK'),
        url: withRules(
          text('Where the module is: `oci://`, `https://` or `file://`.', { minLength: 1 }),
          wasmUrlRule,
        ),
        verificationKey: text('Not used.'),
        vmConfig: object('The virtual machine it runs in.', {
          env: list(
            'Its environment.',
            withRules(
              object(
                '',
                {
                  name: text('The name.', { minLength: 1, maxLength: 256 }),
                  value: text('The value.', { maxLength: 2048 }),
                  valueFrom: choice('Where the value comes from.', 'INLINE', 'HOST'),
                },
                { required: ['name'] },
              ),
              hostEnvironmentRule,
            ),
            { maxItems: 256, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
          ),
        }),
      },
      { required: ['url'] },
    ),
    targetsRule,
  );

const port = (): Schema => ({ type: 'integer', description: 'The port.', minimum: 1, maximum: 65_535 });
