import { assertEquals } from "jsr:@std/assert@1";
import { emptyTally, summary, tally } from "./junit.ts";

Deno.test("junit: passed, failed and skipped cases are counted", () => {
  const result = tally(`<testsuites><testsuite name="a">
    <testcase name="one" classname="./a.ts" time="0.1" line="1" col="6"></testcase>
    <testcase name="two" time="0.1"/>
    <testcase name="three" classname="./b.ts"><failure message="x">&lt;testcase&gt;</failure></testcase>
    <testcase name="four [skipped: &quot;no tmux&quot;]"><skipped/></testcase>
    </testsuite></testsuites>`);
  assertEquals(result, {
    passed: 2,
    failed: 1,
    failures: [{ name: "./b.ts: three", why: "<testcase>" }],
    skipped: ['four [skipped: "no tmux"]'],
  });
  assertEquals(summary(result), "2 passed, 1 failed, 1 skipped");
});

Deno.test("junit: no skips, no word about them", () => {
  assertEquals(summary({ ...emptyTally(), passed: 3 }), "3 passed, 0 failed");
});

Deno.test("junit: a failure without a text has its message, a long one its first lines", () => {
  const long = Array.from({ length: 50 }, (_, line) => `line ${line}`).join("\n");
  const { failures } = tally(`<testsuite name="a">
    <testcase name="one"><failure message="no &amp; never"/></testcase>
    <testcase name="two"><error message="x">${long}</error></testcase></testsuite>`);
  assertEquals(failures.map(({ why }) => why.split("\n").at(-1)), ["no & never", "line 11"]);
});
