CREATE TABLE "cover_uploads" (
	"room_id" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"type" text NOT NULL,
	"bytes" integer NOT NULL,
	"state" text NOT NULL,
	"fault" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cover_uploads_id_unique" UNIQUE("id"),
	CONSTRAINT "cover_uploads_fault" CHECK (("cover_uploads"."state" = 'failed') = ("cover_uploads"."fault" is not null))
);
--> statement-breakpoint
CREATE TABLE "object_removals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "object_removals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"prefix" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "cover" text;--> statement-breakpoint
CREATE INDEX "cover_uploads_due" ON "cover_uploads" USING btree ("due_at") WHERE "cover_uploads"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "object_removals_due" ON "object_removals" USING btree ("due_at");