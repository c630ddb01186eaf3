// What a rule of lint says of itself. Its examples are run by a test.

export interface Rule {
  /** What must be so, in one sentence. */
  readonly says: string;
  /** What would go wrong otherwise, in one sentence. */
  readonly why: string;
  /** A text that breaks this rule, and the same as it should be. */
  readonly wrong: string;
  readonly right: string;
  /**
   * Where the examples stand: in a step of a lab; under the title of a lab, as its steps; as a whole README.md; as a
   * translation of a lab with one step; as mutations.yaml beside it; or as paths of a folder of labs. @default step
   */
  readonly place?: 'step' | 'steps' | 'file' | 'translation' | 'mutations' | 'folder';
}
