"""What makes the trail append-only in the database, beside the grants: triggers."""

from __future__ import annotations

AFTER = (
    """
    CREATE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the trail is append-only: % on %', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER trail_line_append_only BEFORE UPDATE OR DELETE ON trail_line
        FOR EACH ROW EXECUTE FUNCTION trail_refuse()
    """,
    """
    CREATE TRIGGER trail_line_no_truncate BEFORE TRUNCATE ON trail_line
        FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()
    """,
    """
    CREATE FUNCTION trail_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.id <> OLD.id OR NEW.organisation_id <> OLD.organisation_id
            OR NEW.length NOT IN (OLD.length, OLD.length + 1) THEN
            RAISE EXCEPTION 'a chain only grows, by one line at a time'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER trail_chain_grows BEFORE UPDATE ON trail_chain
        FOR EACH ROW EXECUTE FUNCTION trail_grow()
    """,
    """
    CREATE TRIGGER trail_chain_stays BEFORE DELETE ON trail_chain
        FOR EACH ROW EXECUTE FUNCTION trail_refuse()
    """,
)
