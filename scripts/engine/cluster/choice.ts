// What the user's flags say of a cluster of theirs.

export interface ClusterChoice {
  /** Without it, the one that was used last. */
  readonly context: string | undefined;
  /** Taken for the answer to the question about a cluster that was not used before. */
  readonly yes: boolean;
  readonly installMesh: boolean;
}

export const noChoice: ClusterChoice = { context: undefined, yes: false, installMesh: false };
