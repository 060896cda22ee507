import { type AnalyzeCommentsDeps, type Processor, makeAnalyzeComments } from '@otklik/core';

export const analyzeProcessor = (deps: AnalyzeCommentsDeps): Processor<'analyze'> => makeAnalyzeComments(deps);
