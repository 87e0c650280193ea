CREATE TABLE "archive_parts" (
	"session_id" text NOT NULL,
	"number" integer NOT NULL,
	"part" jsonb NOT NULL,
	CONSTRAINT "archive_parts_session_id_number_pk" PRIMARY KEY("session_id","number")
);
--> statement-breakpoint
CREATE TABLE "session_archives" (
	"session_id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"epoch" text NOT NULL,
	"first_seq" bigint NOT NULL,
	"end_seq" bigint,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"archived_seq" bigint NOT NULL,
	"chain" text NOT NULL,
	"state" jsonb NOT NULL,
	"archived_at" timestamp with time zone DEFAULT now() NOT NULL,
	"cut" boolean DEFAULT false NOT NULL,
	"index_version" integer DEFAULT 1 NOT NULL,
	"index_written" integer DEFAULT 0 NOT NULL,
	"removing" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
ALTER TABLE "archive_parts" ADD CONSTRAINT "archive_parts_session_id_session_archives_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."session_archives"("session_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "session_archives_room" ON "session_archives" USING btree ("room_id");--> statement-breakpoint
CREATE INDEX "session_archives_open" ON "session_archives" USING btree ("archived_at") WHERE "session_archives"."end_seq" is null;--> statement-breakpoint
CREATE INDEX "session_archives_due" ON "session_archives" USING btree ("session_id") WHERE "session_archives"."removing" or "session_archives"."index_written" < "session_archives"."index_version" or "session_archives"."archived_seq" < "session_archives"."end_seq";