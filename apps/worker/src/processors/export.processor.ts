import { type ExportCommentsDeps, type Processor, makeExportComments } from '@otklik/core';

export const exportProcessor = (deps: ExportCommentsDeps): Processor<'export'> => makeExportComments(deps);
