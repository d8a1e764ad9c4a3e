/** Something that could not be read or is not modelled: a reason never to say "fits". */
export interface Gap {
  readonly what: string;
  readonly why: string;
  /** What it hides can only take room away: a rollout that stalls without it stalls all the more with it. */
  readonly takesRoom?: true;
}
