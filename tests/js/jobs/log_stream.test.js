// Following a log: each byte once, whatever breaks; and no byte of another piece of it taken for one of this.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {Buffer} = require("node:buffer");
const {setImmediate} = require("node:timers");
const {loader} = require("../amd.js");

// A server that does as it is told: `opened` has what each request asked, and how to answer it.
function stage(place) {
    const timers = [];
    const page = {
        setTimeout: (call) => timers.push(call), clearTimeout: (number) => { timers[number - 1] = null; }
    };
    const {follow} = loader({}, page)("./jobs/log_stream");
    const opened = [];
    const said = [];
    const stream = follow((query, on) => {
        const request = {query, ...on, aborted: false};
        const ended = new Promise((resolve, reject) => Object.assign(request, {end: resolve, fail: reject}));
        opened.push(request);
        return {ended, abort: () => { request.aborted = true; }};
    }, {
        reset: () => said.push("reset"),
        part: (bytes) => said.push(Buffer.from(bytes).toString()),
        state: (name) => said.push(`(${name})`)
    }, place);
    return {
        stream, opened, said,
        now: () => opened[opened.length - 1],
        settle: () => new Promise((resolve) => setImmediate(resolve)),
        wait: () => timers.splice(0).filter(Boolean).forEach((call) => call())
    };
}

test("it goes on where it broke", async () => {
    const on = stage();
    assert.deepStrictEqual(on.now().query, {follow: 1, tail: 2000, after: null});
    on.now().begin({source: "pod", cursor: "ab.0"});
    on.now().part(Buffer.from("one\ntw"));
    on.now().fail({code: "cut_off"});
    await on.settle();
    on.wait();
    assert.strictEqual(on.now().query.after, "ab.6");
    on.now().begin({source: "pod", cursor: "ab.6"});
    on.now().part(Buffer.from("o\n"));
    on.now().end();
    await on.settle();
    assert.deepStrictEqual(on.said, [
        "(opening)", "reset", "(live)", "one\ntw", "(broken)", "(live)", "o\n", "(complete)"
    ]);
});

test("where the place is not known any more it begins anew", async () => {
    const on = stage();
    on.now().begin({source: "pod", cursor: "ab.0"});
    on.now().part(Buffer.from("one\n"));
    on.now().fail({code: "network_down"});
    await on.settle();
    on.wait();
    on.now().begin({source: "pod", cursor: "cd.0"});
    on.now().part(Buffer.from("one\n"));
    assert.deepStrictEqual(on.said.slice(-4), ["(broken)", "reset", "(live)", "one\n"]);
});

test("a log that is not there yet is looked for again, at once when the job's phase changes", async () => {
    const on = stage();
    on.now().fail({code: "log_not_yet"});
    await on.settle();
    assert.deepStrictEqual(on.said, ["(opening)", "(waiting)"]);
    on.stream.poke();
    assert.strictEqual(on.opened.length, 2);
    on.stream.poke();
    assert.strictEqual(on.opened.length, 2, "it is being looked for");
});

test("what does not pass ends it", async () => {
    for (const code of ["log_cancelled", "job_not_found", "token_rejected", "login_expired"]) {
        const on = stage();
        on.now().fail({code});
        await on.settle();
        on.wait();
        assert.deepStrictEqual([on.said, on.opened.length], [["(opening)", "(failed)"], 1], code);
    }
});

test("who stops hears no more, and can go on later", async () => {
    const on = stage();
    on.now().begin({source: "pod", cursor: "ab.10"});
    on.now().part(Buffer.from("xyz"));
    const place = on.stream.stop();
    assert.ok(on.now().aborted);
    on.now().part(Buffer.from("late"));
    on.now().fail({code: "cut_off"});
    await on.settle();
    assert.deepStrictEqual(on.said, ["(opening)", "reset", "(live)", "xyz"]);
    assert.strictEqual(stage(place).now().query.after, "ab.13");
});
