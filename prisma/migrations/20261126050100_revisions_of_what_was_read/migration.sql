-- A comment whose text VK hid and then shows, as to another token, has not been edited: before there was nothing to keep.
CREATE OR REPLACE TRIGGER "comment_revised" AFTER UPDATE ON "comment" FOR EACH ROW
    WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)
        OR OLD.text IS NOT NULL AND (OLD.text IS DISTINCT FROM NEW.text OR OLD.attachments IS DISTINCT FROM NEW.attachments))
    EXECUTE FUNCTION "keep_revision"();
