CREATE TABLE "recordings" (
	"id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"session_id" text NOT NULL,
	"host_id" text NOT NULL,
	"state" text NOT NULL,
	"fault" text,
	"content_type" text NOT NULL,
	"upload_id" text,
	"part_bytes" integer NOT NULL,
	"declared_bytes" bigint,
	"parts" integer,
	"bytes" bigint,
	"play_key" text,
	"offset_ms" integer NOT NULL,
	"duration_ms" integer,
	"stored" boolean DEFAULT true NOT NULL,
	"removing" boolean DEFAULT false NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "recordings_state" CHECK ("recordings"."state" in ('uploading', 'checking', 'ready', 'failed')),
	CONSTRAINT "recordings_fault" CHECK (("recordings"."state" = 'failed') = ("recordings"."fault" is not null))
);
--> statement-breakpoint
CREATE INDEX "recordings_session" ON "recordings" USING btree ("session_id","created_at");--> statement-breakpoint
CREATE INDEX "recordings_room" ON "recordings" USING btree ("room_id");--> statement-breakpoint
CREATE INDEX "recordings_uploading" ON "recordings" USING btree ("host_id") WHERE "recordings"."state" = 'uploading';--> statement-breakpoint
CREATE INDEX "recordings_due" ON "recordings" USING btree ("next_attempt_at") WHERE "recordings"."state" <> 'ready' or "recordings"."removing";