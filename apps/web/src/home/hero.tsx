import { Link } from "react-router";
import { Button } from "../ui/button.tsx";

const lines = [
  { text: "hello from Lisbon!", top: "10%", seconds: 17, delay: -2, tone: "text-[#ffd166]" },
  { text: "this beat 🔥", top: "12%", seconds: 15, delay: -8, tone: "text-white" },
  { text: "前方高能", top: "27%", seconds: 13, delay: -7, tone: "text-white" },
  { text: "one more, please", top: "26%", seconds: 18, delay: -3, tone: "text-[#5fe0c8]" },
  { text: "that chord change though", top: "43%", seconds: 19, delay: -8, tone: "text-[#6ecbff]" },
  { text: "lol", top: "44%", seconds: 14, delay: -2, tone: "text-white" },
  { text: "first time here, hi all", top: "60%", seconds: 15, delay: -5, tone: "text-white" },
  { text: "好听", top: "61%", seconds: 16, delay: -8.5, tone: "text-[#ffd166]" },
  { text: "wwwww 👏👏", top: "77%", seconds: 12, delay: -4, tone: "text-[#ff9ecb]" },
  { text: "goosebumps", top: "78%", seconds: 17, delay: -7.5, tone: "text-white" },
] as const;

/** What Barrage is, for whoever has not logged in: said in one line, and shown. */
export function Hero() {
  return (
    <section
      aria-label="What Barrage is"
      className="relative isolate mb-10 overflow-hidden rounded-3xl bg-[oklch(0.2_0.03_275)] px-6 py-12 text-white sm:px-12 sm:py-16"
    >
      <div
        aria-hidden
        className="absolute inset-0 -z-10 bg-[radial-gradient(ellipse_at_85%_10%,oklch(0.5_0.15_50),transparent_55%),radial-gradient(ellipse_at_100%_100%,oklch(0.4_0.14_330),transparent_55%)]"
      />
      <div
        aria-hidden
        className="absolute inset-0 -z-10 mask-[linear-gradient(to_right,transparent_35%,black_70%)] max-sm:hidden motion-reduce:hidden"
      >
        {lines.map((line) => (
          <span
            key={line.text}
            className={`absolute left-0 animate-streak text-lg font-semibold whitespace-nowrap opacity-80 [text-shadow:0_1px_3px_rgb(0_0_0/0.6)] ${line.tone}`}
            style={{ top: line.top, animationDuration: `${line.seconds}s`, animationDelay: `${line.delay}s` }}
          >
            {line.text}
          </span>
        ))}
      </div>
      <p className="max-w-xl text-3xl leading-tight font-extrabold tracking-tight text-balance sm:text-5xl">
        Say it, and it flies across the picture.
      </p>
      <p className="mt-4 max-w-md text-white/80">
        Live rooms where everybody's words share the stage. Watch without an account; get one to join in.
      </p>
      <div className="mt-7 flex flex-wrap gap-3">
        <Button asChild variant="primary" size="lg">
          <Link to="/register">Create your account</Link>
        </Button>
        <Button asChild size="lg" className="border-white/25 bg-white/10 text-white hover:bg-white/20">
          <Link to="/login">Log in</Link>
        </Button>
      </div>
    </section>
  );
}
