import { type CollectCommentsDeps, type Processor, makeCollectComments } from '@otklik/core';

export const parseProcessor = (deps: CollectCommentsDeps): Processor<'parse'> => makeCollectComments(deps);
