// When the server is asked about jobs, and who hears of it.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");
const {job} = require("./given.js");

const {create} = loader({})("./jobs/feed");
const settled = () => new Promise((resolve) => { globalThis.setImmediate(resolve); });

// A feed whose clock stands still: `pauses` it has planned, `pass()` goes to the end of the last.
function feeding() {
    const here = {asked: [], pauses: [], hidden: false, work: null};
    const feed = create({
        ask: (since, ids) => new Promise((resolve, reject) => { here.asked.push({since, ids, resolve, reject}); }),
        timers: {
            setTimeout: (work, ms) => {
                here.pauses.push(ms);
                here.work = work;
                return 1;
            },
            clearTimeout: () => { here.work = null; }
        },
        is_hidden: () => here.hidden, random: () => 0.5, now: () => 0
    });
    here.answer = (jobs, more) => {
        const now = `c${here.asked.length}`;
        here.asked[here.asked.length - 1].resolve({
            jobs, gone: [], now, as_of: "2026-11-22T11:00:00Z", problem: null, next_seconds: 2, ...more
        });
        return settled();
    };
    here.fail = (error) => {
        here.asked[here.asked.length - 1].reject(error);
        return settled();
    };
    here.pass = () => here.work();
    const heard = () => {
        const told = {jobs: [], states: []};
        return Object.assign(told, {
            job: (now, error, id) => told.jobs.push(now ? `${id} ${now.phase}` : `${id} ${error.code}`),
            state: (state) => told.states.push(state.error ? state.error.code : "ok")
        });
    };
    return Object.assign(here, {feed, heard});
}

test("one question for all who watch, and none when everything has ended", async () => {
    const here = feeding();
    const [one, two] = [here.heard(), here.heard()];
    here.feed.watch(["job-1"], one);
    here.feed.watch(["job-1", "job-2"], two);
    assert.deepStrictEqual(here.asked.map((each) => each.ids), [["job-1"]]);
    await here.answer([job({id: "job-1"})]);
    assert.deepStrictEqual(here.asked[1].ids, ["job-1", "job-2"]); // at once: the second was there meanwhile
    await here.answer([job({id: "job-1", phase: "Succeeded"}), job({id: "job-2"})]);
    here.pass();
    assert.deepStrictEqual(here.asked[2].ids, ["job-2"]);
    await here.answer([job({id: "job-2", phase: "Failed"})]);
    assert.strictEqual(here.work, null);
    assert.deepStrictEqual(one.jobs, ["job-1 Running", "job-1 Succeeded"]);
    assert.deepStrictEqual(two.jobs, ["job-1 Running", "job-1 Succeeded", "job-2 Running", "job-2 Failed"]);
});

test("nothing is asked before there is a job to watch, and after nobody watches", async () => {
    const here = feeding();
    const watch = here.feed.watch([], here.heard());
    here.feed.look();
    assert.deepStrictEqual(here.asked, []);
    watch.set(["job-1"]);
    await here.answer([job()]);
    watch.stop();
    assert.strictEqual(here.work, null);
});

test("as often as the server says, and hardly ever while nobody looks", async () => {
    const here = feeding();
    here.feed.watch(["job-1"], here.heard());
    await here.answer([job({phase: "Pending"})], {next_seconds: 5});
    here.pass();
    await here.answer([], {next_seconds: 2});
    here.hidden = true;
    here.pass();
    await here.answer([]);
    assert.deepStrictEqual(here.pauses, [5000, 2000, 30000]);
});

test("what has changed is asked for; of a job that is new here, everything", async () => {
    const here = feeding();
    const first = here.heard();
    const watch = here.feed.watch(["job-1"], first);
    await here.answer([job()]);
    here.pass();
    await here.answer([], {problem: {code: "primehub_unreachable"}});
    watch.set(["job-1", "job-2"]);
    assert.deepStrictEqual(here.asked.map((each) => each.since), [null, "c1", null]);
    assert.deepStrictEqual(first.states, ["ok", "primehub_unreachable"]);
    // Who comes later hears at once what is known.
    const second = here.heard();
    here.feed.watch(["job-1"], second);
    assert.deepStrictEqual(second.jobs, ["job-1 Running"]);
});

test("while the server does not answer it is asked less and less, and that is told", async () => {
    const here = feeding();
    const told = here.heard();
    here.feed.watch(["job-1"], told);
    for (let n = 0; n < 8; n += 1) {
        await here.fail({code: "network_down"});
        here.pass();
    }
    assert.ok(here.pauses.every((ms, n) => n === 0 || ms >= here.pauses[n - 1]), String(here.pauses));
    assert.ok(here.pauses[7] <= 60000 * 1.5);
    await here.answer([job({phase: "Succeeded"})]);
    assert.deepStrictEqual([...new Set(told.states)], ["network_down", "ok"]);
    assert.deepStrictEqual(told.jobs, ["job-1 Succeeded"]);
});

test("a job that was told of elsewhere is news to all who watch it", async () => {
    const here = feeding();
    const told = here.heard();
    here.feed.watch(["job-1"], told);
    await here.answer([job()]);
    here.feed.note(job({phase: "Cancelled"}));
    assert.deepStrictEqual(told.jobs, ["job-1 Running", "job-1 Cancelled"]);
});

test("a job that is gone is told of once, and not asked for again", async () => {
    const here = feeding();
    const told = here.heard();
    here.feed.watch(["job-1"], told);
    await here.answer([], {gone: ["job-1"]});
    assert.deepStrictEqual(told.jobs, ["job-1 job_not_found"]);
    assert.strictEqual(here.work, null);
});
