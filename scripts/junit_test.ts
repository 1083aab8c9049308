import { assertEquals } from "jsr:@std/assert@1";
import { summary, tally } from "./junit.ts";

Deno.test("junit: passed, failed and skipped cases are counted", () => {
  const result = tally(`<testsuites><testsuite name="a">
    <testcase name="one" classname="./a.ts" time="0.1" line="1" col="6"></testcase>
    <testcase name="two" time="0.1"/>
    <testcase name="three"><failure message="x">&lt;testcase&gt;</failure></testcase>
    <testcase name="four [skipped: &quot;no tmux&quot;]"><skipped/></testcase>
    </testsuite></testsuites>`);
  assertEquals(result, { passed: 2, failed: 1, skipped: ['four [skipped: "no tmux"]'] });
  assertEquals(summary(result), "2 passed, 1 failed, 1 skipped");
});

Deno.test("junit: no skips, no word about them", () => {
  assertEquals(summary({ passed: 3, failed: 0, skipped: [] }), "3 passed, 0 failed");
});
