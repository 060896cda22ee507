-- Whether a list names a post, asked for each page of a wall that it names too: a list has up to 100,000 lines.
CREATE INDEX "target_list_line_by_ref_idx" ON "target_list_line" ("list_id", "ref") WHERE "outcome" = 'valid';
