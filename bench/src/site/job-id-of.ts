/** The id (UUID) of the job that an answer's `Location` names; undefined where it names none. */
export const jobIdOf = (answer: Pick<Response, 'headers'>): string | undefined =>
  /job_([0-9a-f]{32})/.exec(answer.headers.get('location') ?? '')?.[1]?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
