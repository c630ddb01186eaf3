import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import {
  attributeMistake,
  emptyValueMistake,
  ipListMistakes,
  pathTemplateMistake,
  portListMistakes,
  serviceAccountMistake,
} from './policy-values.ts';
import { policyTargets } from './policy-targets.ts';

export function authorizationPolicy(findings: Findings, spec: Message): void {
  policyTargets(findings, spec);
  const action = spec.text('action') || 'ALLOW';
  const rules = spec.list('rules');
  if (action === 'CUSTOM') custom(findings, spec, rules);
  if (spec.has('provider') && action !== 'CUSTOM') {
    findings.error(`\`provider\` must not be with non CUSTOM action, found ${action}`);
  }
  if (action === 'DENY' && rules.length === 0) findings.error(meaningless(action));
  for (const [index, rule] of rules.entries()) ruleMistakes(findings, rule, index, action);
}

const meaningless = (action: string): string =>
  `${action} action without \`rules\` is meaningless as it will never be triggered, add an empty rule \`{}\` if you want it be triggered for every request`;

const unsupportedSources = ['namespaces', 'serviceAccounts', 'principals', 'requestPrincipals'];

function custom(findings: Findings, spec: Message, rules: readonly Message[]): void {
  if (rules.length === 0) findings.error(meaningless('CUSTOM'));
  else if ((spec.child('provider')?.text('name') ?? '') === '') {
    findings.error('`provider.name` must not be empty');
  }
  const unsupported = (name: string): void => {
    findings.error(`${name} is currently not supported with CUSTOM action`);
  };
  for (const rule of rules) {
    for (const source of rule.list('from').map((from) => from.child('source'))) {
      for (const field of unsupportedSources.flatMap((name) => [capital(name), `Not${capital(name)}`])) {
        const name = `${field.charAt(0).toLowerCase()}${field.slice(1)}`;
        if ((source?.texts(name).length ?? 0) > 0) unsupported(`From.${field}`);
      }
    }
    for (const key of rule.list('when').map((when) => when.text('key'))) {
      const isSource = ['source.namespace', 'source.serviceAccount', 'source.principal'].includes(key);
      if (isSource || key.startsWith('request.auth.')) unsupported(key);
    }
  }
}

const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Whether a rule says something about connections, and so means something for TCP too. */
interface Side {
  readonly isThere: boolean;
  readonly hasTcp: boolean;
}

function ruleMistakes(findings: Findings, rule: Message, index: number, action: string): void {
  const at = `found at rule ${index}`;
  const from = fromMistakes(findings, rule, at);
  const to = toMistakes(findings, rule, at);
  for (const when of rule.list('when')) whenMistakes(findings, when);
  const isHttpOnly = (from.isThere && !to.isThere && !from.hasTcp) || (to.isThere && !to.hasTcp);
  if (action === 'DENY' && isHttpOnly) {
    findings.warn(
      'configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port',
    );
  }
}

const ipFields = ['ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks'];
const accountFields = ['serviceAccounts', 'notServiceAccounts'];
const identityFields = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'];
const requestFields = ['requestPrincipals', 'notRequestPrincipals'];
const tcpSourceFields = [...identityFields, ...ipFields, ...accountFields];

function fromMistakes(findings: Findings, rule: Message, at: string): Side {
  const all = rule.list('from');
  if (rule.has('from') && all.length === 0) findings.error(`\`from\` must not be empty, ${at}`);
  let isThere = false;
  let hasTcp = false;
  for (const source of all.map((from) => from.child('source'))) {
    if (source === undefined) {
      findings.error(`\`from.source\` must not be nil, ${at}`);
      continue;
    }
    isThere = true;
    const has = (field: string): boolean => source.texts(field).length > 0;
    if (identityFields.some(has) && accountFields.some(has)) {
      findings.error(`cannot set serviceAccounts with namespaces or principals, ${at}`);
    }
    if (![...tcpSourceFields, ...requestFields].some(has)) {
      findings.error(`\`from.source\` must not be empty, ${at}`);
    }
    for (const field of ipFields) findings.listed(...ipListMistakes(source.texts(field)));
    findings.error(
      ...[...identityFields, ...requestFields, ...ipFields].map((field) =>
        emptyValueMistake(capital(field), source.texts(field)),
      ),
      ...accountFields.map((field) => serviceAccountMistake(capital(field), source.texts(field))),
    );
    hasTcp ||= tcpSourceFields.some((field) => source.has(field));
  }
  return { isThere, hasTcp };
}

const portFields = ['ports', 'notPorts'];
const pathFields = ['paths', 'notPaths'];
const operationFields = [...portFields, 'methods', 'notMethods', ...pathFields, 'hosts', 'notHosts'];

function toMistakes(findings: Findings, rule: Message, at: string): Side {
  const all = rule.list('to');
  if (rule.has('to') && all.length === 0) findings.error(`\`to\` must not be empty, ${at}`);
  let isThere = false;
  let hasTcp = false;
  for (const operation of all.map((to) => to.child('operation'))) {
    if (operation === undefined) {
      findings.error(`\`to.operation\` must not be nil, ${at}`);
      continue;
    }
    isThere = true;
    if (!operationFields.some((field) => operation.texts(field).length > 0)) {
      findings.error(`\`to.operation\` must not be empty, ${at}`);
    }
    for (const field of portFields) findings.listed(...portListMistakes(operation.texts(field)));
    findings.error(
      ...operationFields.map((field) => emptyValueMistake(capital(field), operation.texts(field))),
      ...pathFields.map((field) => pathTemplateMistake(capital(field), operation.texts(field))),
    );
    hasTcp ||= portFields.some((field) => operation.has(field));
  }
  return { isThere, hasTcp };
}

function whenMistakes(findings: Findings, when: Message): void {
  const key = when.text('key');
  const values = when.texts('values');
  const notValues = when.texts('notValues');
  if (key === '') findings.error('`key` must not be empty');
  else if (values.length + notValues.length === 0) {
    findings.error(`at least one of \`values\` or \`notValues\` must be set for key ${key}`);
  } else {
    const wrong = attributeMistake(key, values);
    const notWrong = attributeMistake(key, notValues);
    if (wrong !== undefined) findings.error(`invalid \`value\` for \`key\` ${key}: ${wrong}`);
    if (notWrong !== undefined) findings.error(`invalid \`notValue\` for \`key\` ${key}: ${notWrong}`);
  }
}
