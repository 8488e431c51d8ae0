// Cells: how each fares in a job, which of the open notebook's each is, the chip, and parameters as text.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");
const {at, job, progress} = require("./given.js");

const load = loader({}, {TextEncoder: globalThis.TextEncoder});
const {match} = load("./jobs/matching");

test("counts are enough for marks", () => {
    const states = (changes) => load("./jobs/cells").of(job(changes), at(60)).map((cell) => cell.state).join(" ");
    assert.strictEqual(states({progress: progress(1, 4, {running: 2})}), "done running pending pending");
    assert.strictEqual(states({phase: "Failed", progress: progress(1, 3, {failed: 2})}), "done failed skipped");
    assert.strictEqual(states({}), "");
});

test("seconds are on one scale", () => {
    const cells = [{state: "done", seconds: 2}, {state: "done", seconds: 8}, {state: "pending", seconds: null}];
    assert.deepStrictEqual(
        load("./jobs/cells").of(job({progress: progress(2, 3, {cells})}), at(60)).map((cell) => cell.part), [0.25, 1, 0]
    );
});

test("what is left is judged by an earlier run, and passes", () => {
    const {left} = load("./jobs/job");
    const estimate = {estimate_seconds: 90, estimate_from: "job-0"};
    const running = job({progress: progress(1, 2, estimate), heard_at: at(60)});
    assert.deepStrictEqual(left(running, at(90)), {seconds: 60, from: "job-0"});
    assert.strictEqual(left(running, at(200)), null);
    assert.strictEqual(left({...running, phase: "Failed"}, at(90)), null);
    assert.strictEqual(left(job({progress: progress(1, 2)}), at(90)), null);
});

test("the seconds of a cell that runs are counted on from when they were told", () => {
    const cells = [{state: "done", seconds: 2}, {state: "running", seconds: 1}];
    const running = job({progress: progress(1, 2, {cells}), heard_at: at(60)});
    assert.deepStrictEqual(load("./jobs/cells").of(running, at(63.5)).map((cell) => cell.seconds), [2, 4.5]);
});

test("the checksum is CRC-32 of UTF-8", () => {
    const {of} = load("./jobs/crc");
    assert.deepStrictEqual([of(""), of("123456789"), of("print('é 台灣')")], ["00000000", "cbf43926", "ef9005cc"]);
});

const cell = (id, crc) => ({id, crc});
const matched = (here, there) => match(here, there)
    .map((each) => each && `${each.cell.name}${each.edited ? "≠" : ""}`);

test("cells are matched by id, and known to be edited", () => {
    const there = [{...cell("a", "1"), name: "A"}, {...cell("b", "2"), name: "B"}];
    assert.deepStrictEqual(matched([cell("b", "2"), cell("a", "9"), cell("c", "3")], there), ["B", "A≠", null]);
});

test("without ids, or with ids that were made anew, they are matched by source and in order", () => {
    const there = [["A", "1"], ["B", "1"], ["C", "2"]].map(([name, crc]) => ({...cell(null, crc), name}));
    assert.deepStrictEqual(matched([cell("x", "2"), cell("y", "1"), cell("z", "1"), cell("w", "1")], there),
        ["C", "A", "B", null]);
});

test("an id that occurs twice says nothing", () => {
    const there = [{...cell("a", "1"), name: "A"}, {...cell("a", "2"), name: "B"}];
    assert.deepStrictEqual(matched([cell("a", "2"), cell("a", "3")], there), ["B", null]);
});

const CHIPS = [
    [{}, "◔ train running"],
    [{progress: progress(3, 5)}, "◔ train 3/5"],
    [{phase: "Pending"}, "◌ train waiting"],
    [{phase: "Succeeded", finish_time: "2026-11-22T10:30:52Z"}, "✓ train 42 s"],
    [{phase: "Failed", progress: progress(3, 5, {failed: 4})}, "✕ train cell 4"],
    [{phase: "Cancelled"}, "⊘ train cancelled"],
    [{display_name: "a very long name of a job, lr=0.001", progress: progress(30, 500)},
        "◔ a very lo… lr=0.001 30/500"]
];
for (const [changes, words] of CHIPS) {
    test(`the chip says “${words}”`, () => {
        const chip = load("./jobs/chip").of([job(changes)], at(60));
        assert.strictEqual(chip.text, words);
        assert.ok(Array.from(chip.text).length <= 28);
    });
}

test("several jobs are one chip, until one has ended", () => {
    const {of} = load("./jobs/chip");
    assert.strictEqual(of([job(), job({id: "job-2"})], at(60)).text, "◔ 2 jobs");
    const ended = job({id: "job-2", phase: "Failed"});
    const chip = of([job(), ended], at(60));
    assert.deepStrictEqual([chip.text, chip.job], ["✕ train failed", ended]);
    assert.strictEqual(of([], at(60)), null);
});

test("parameters are written as the server has them", () => {
    const {of, pairs} = load("./jobs/parameter_text");
    assert.strictEqual(of({parameters: {n: 1}, parameters_text: {n: "1.0", word: '"true"'}}), 'n=1.0; word="true"');
    assert.strictEqual(pairs({parameters: null, parameters_text: null}), null);
});
