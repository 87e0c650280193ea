CREATE TABLE "lotteries" (
	"id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"session_id" text NOT NULL,
	"title" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"state" text NOT NULL,
	"rules_version" integer DEFAULT 1 NOT NULL,
	"commit" text NOT NULL,
	"beacon" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"opens_at" timestamp with time zone NOT NULL,
	"closes_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"sealed_at" timestamp with time zone,
	"drawn_at" timestamp with time zone,
	"root" text,
	"entry_count" integer,
	"seed" text,
	"draw_key" text,
	"cancel_reason" text,
	"opening_told" boolean DEFAULT false NOT NULL,
	"closing_told" smallint DEFAULT 0 NOT NULL,
	"phrase_epoch" text,
	"phrase_seq" bigint,
	"result_message_id" text,
	CONSTRAINT "lotteries_state" CHECK ("lotteries"."state" in ('open', 'closed', 'delayed', 'drawn', 'published', 'cancelled')),
	CONSTRAINT "lotteries_sealed" CHECK (("lotteries"."root" is null) = ("lotteries"."sealed_at" is null)),
	CONSTRAINT "lotteries_drawn" CHECK (("lotteries"."state" in ('drawn', 'published')) = ("lotteries"."seed" is not null))
);
--> statement-breakpoint
CREATE TABLE "lottery_audit" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "lottery_audit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"lottery_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"by" jsonb,
	"action" text NOT NULL,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lottery_entries" (
	"lottery_id" text NOT NULL,
	"user_id" text NOT NULL,
	"id" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"entered_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"withdrawn_at" timestamp with time zone,
	CONSTRAINT "lottery_entries_lottery_id_user_id_pk" PRIMARY KEY("lottery_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "lottery_prizes" (
	"id" text PRIMARY KEY NOT NULL,
	"lottery_id" text NOT NULL,
	"position" smallint NOT NULL,
	"name" text NOT NULL,
	"count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lottery_seeds" (
	"lottery_id" text PRIMARY KEY NOT NULL,
	"seed" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lottery_winners" (
	"lottery_id" text NOT NULL,
	"prize_id" text NOT NULL,
	"rank" integer NOT NULL,
	"room_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"user_id" text NOT NULL,
	"won_at" timestamp with time zone NOT NULL,
	CONSTRAINT "lottery_winners_lottery_id_prize_id_rank_pk" PRIMARY KEY("lottery_id","prize_id","rank"),
	CONSTRAINT "lottery_winners_once" UNIQUE("lottery_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "watch_times" (
	"session_id" text NOT NULL,
	"user_id" text NOT NULL,
	"watched_ms" integer DEFAULT 0 NOT NULL,
	"heard_at" timestamp with time zone NOT NULL,
	CONSTRAINT "watch_times_session_id_user_id_pk" PRIMARY KEY("session_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "lottery_prizes" ADD CONSTRAINT "lottery_prizes_lottery_id_lotteries_id_fk" FOREIGN KEY ("lottery_id") REFERENCES "public"."lotteries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lottery_seeds" ADD CONSTRAINT "lottery_seeds_lottery_id_lotteries_id_fk" FOREIGN KEY ("lottery_id") REFERENCES "public"."lotteries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lottery_winners" ADD CONSTRAINT "lottery_winners_lottery_id_lotteries_id_fk" FOREIGN KEY ("lottery_id") REFERENCES "public"."lotteries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "lotteries_room" ON "lotteries" USING btree ("room_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "lotteries_pending" ON "lotteries" USING btree ("state") WHERE "lotteries"."state" in ('open', 'closed', 'delayed', 'drawn');--> statement-breakpoint
CREATE INDEX "lottery_audit_lottery" ON "lottery_audit" USING btree ("lottery_id","id");--> statement-breakpoint
CREATE INDEX "lottery_entries_user" ON "lottery_entries" USING btree ("user_id","lottery_id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "lottery_prizes_order" ON "lottery_prizes" USING btree ("lottery_id","position");--> statement-breakpoint
CREATE INDEX "lottery_winners_user" ON "lottery_winners" USING btree ("user_id","room_id","won_at");