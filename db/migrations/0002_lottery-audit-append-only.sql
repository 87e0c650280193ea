-- The public record of a lottery can only grow, whatever a query of ours (or somebody at a console) tries.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "lottery_audit_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "lottery_audit"
	FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "lottery_winners_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "lottery_winners"
	FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
