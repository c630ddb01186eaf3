// Why a check is red: the first broken rung of the ladder, what was seen and expected, and the fix.

/** From the ground up. A request climbs them all, so what is broken below hides what is broken above. */
export const rungs = [
  'exists',
  'valid',
  'accepted',
  'reached',
  'endpoints',
  'traffic',
  'distribution',
] as const;

export type Rung = (typeof rungs)[number];

/** What each rung asks, for those who read the ladder. */
export const rungTitles: Readonly<Record<Rung, string>> = {
  exists: 'the object exists',
  valid: 'what it names exists',
  accepted: 'the mesh takes it',
  reached: 'the calling proxy has it',
  endpoints: 'there are ready pods',
  traffic: 'the program answers',
  distribution: 'the rule says what was asked',
};

export const causes = [
  'no-answer',
  'elsewhere',
  'missing',
  'wrong-namespace',
  'too-early',
  'host-unknown',
  'host-half-qualified',
  'subset-undefined',
  'port-unknown',
  'gateway-unknown',
  'parent-unknown',
  'not-exposed',
  'port-closed',
  'host-not-at-gateway',
  'not-allowed',
  'grant-missing',
  'not-programmed',
  'shadowed',
  'no-sidecar',
  'not-for-caller',
  'not-yet',
  'no-pods',
  'not-ready',
  'chaos',
  'fault',
  'weights',
  'retries',
  'no-subset',
  'differs',
  'not-found',
] as const;

export type Cause = (typeof causes)[number];

export interface Diagnosis {
  readonly rung: Rung;
  readonly cause: Cause;
  /** What was seen and what was expected, in a sentence or two. */
  readonly text: string;
  /** Only what was seen, where the rest of the text is what the lab has: who works on a task is to find that. */
  readonly seen?: string;
  /** A command to type, or what to write in the YAML. */
  readonly fix: string;
  /** Lines that show it. */
  readonly evidence: readonly string[];
}
