// Submissions in doubt: looked for in PrimeHub's list at longer and longer intervals, found or given up.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {setImmediate: turn} = require("node:timers/promises");
const {loader} = require("../amd.js");

const doubts = loader({})("./jobs/doubts");

// A page with one submission in doubt. `answers`: what the server says to each look, in turn, an error where it fails.
function page(answers) {
    const here = {
        unresolved: [{id: "5f0c1234", values: {display_name: "train"}}], hidden: false, at: 0, waits: [], asked: [],
        found: [], given_up: []
    };
    let next = null;
    const timers = {
        setTimeout: (run, ms) => { here.waits.push(ms); next = run; return 1; }, clearTimeout: () => {}
    };
    const looking = doubts.create({
        jobs: (query) => {
            here.asked.push(query);
            const answer = answers.shift();
            return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer || {jobs: []});
        },
        unresolved: () => here.unresolved, path: () => "phusers/train.ipynb", is_hidden: () => here.hidden, timers,
        now: () => here.at
    }, {
        found: (job, id) => {
            here.found.push([job.id, id]);
            here.unresolved = here.unresolved.filter((each) => each.id !== id);
        },
        given_up: (left) => here.given_up.push(left.map((each) => each.id))
    });
    here.look = looking.look;
    here.tick = async () => {
        const run = next;
        next = null;
        here.at += here.waits[here.waits.length - 1];
        run();
        await turn();
        return next !== null;
    };
    return here;
}

test("the job turns up after a while", async () => {
    const job = {id: "job-1", submission_id: "5f0c1234"};
    const here = page([{jobs: [{id: "job-0", submission_id: "other"}]}, new Error("away"), {jobs: [null, job]}]);
    here.look();
    here.look();
    assert.deepEqual(here.waits, [5000], "looked for once, whoever begins it");
    while (await here.tick()) {
        assert.ok(here.asked.length <= 3);
    }
    assert.deepEqual(here.found, [["job-1", "5f0c1234"]]);
    assert.deepEqual(here.asked[0], {notebook: "phusers/train.ipynb", mine: 1, limit: 25});
    assert.deepEqual(here.waits.slice(0, 3), [5000, 8000, 12800]);
});

test("nobody looks for ever, nor while nobody sees it", async () => {
    const here = page([]);
    here.look();
    here.hidden = true;
    await here.tick();
    assert.equal(here.asked.length, 0);
    here.hidden = false;
    while (await here.tick()) {
        assert.ok(here.at < 20 * 60000);
    }
    assert.deepEqual(here.given_up, [["5f0c1234"]]);
    assert.ok(Math.max(...here.waits) === 60000 && here.asked.length < 25);
});

test("without anything in doubt nothing is asked", () => {
    const here = page([]);
    here.unresolved = [];
    here.look();
    assert.deepEqual(here.waits, []);
});
