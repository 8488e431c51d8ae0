// The list of jobs: what is asked of the server, and what is shown of its answers.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");
const {job} = require("./given.js");

const {create, fits} = loader({})("./jobs/listing");
const settled = () => new Promise((resolve) => { globalThis.setImmediate(resolve); });
const ALL = {notebook: null, mine: false, user: "alice", state: "", search: ""};

function listing() {
    const here = {asked: [], told: null};
    const list = create({
        jobs: (query) => new Promise((resolve, reject) => { here.asked.push({query, resolve, reject}); })
    }, (state) => { here.told = state; });
    here.answer = (n, jobs, more) => {
        here.asked[n].resolve({jobs, next: null, as_of: "2026-11-22T11:00:00Z", problem: null, ...more});
        return settled();
    };
    here.ids = () => here.told.jobs.map((each) => each.id);
    return Object.assign(here, {list});
}

test("searched for in any case, in names, parameters, people and types", () => {
    const one = job({display_name: "Train LR", parameters_text: {city: "Taipei", lr: "0.50", code: '"007"'}});
    for (const search of ["train", "CITY=TAI", "lr=0.50", "alice", "gpu-1", "train taipei", "code=007", '"007"']) {
        assert.ok(fits(one, {...ALL, search}), search);
    }
    assert.ok(!fits(one, {...ALL, search: "train oslo"}));
    assert.ok(fits(job({parameters_text: null}), {...ALL, search: "train"}));
});

test("what is chosen is asked for, and an older answer is not for it", async () => {
    const here = listing();
    here.list.choose(ALL);
    here.list.choose({...ALL, notebook: "group/b.ipynb", mine: true, state: "open"});
    assert.deepStrictEqual([here.asked[1].query.notebook, here.asked[1].query.mine], ["group/b.ipynb", "1"]);
    assert.strictEqual(here.asked[1].query.phase, "Pending,Preparing,Running,Unknown");
    await here.answer(1, [job({id: "job-2", notebook_path: "group/b.ipynb"})]);
    await here.answer(0, [job()]);
    assert.deepStrictEqual(here.ids(), ["job-2"]);
});

test("pages that have few of what is looked for are followed by others, up to some", async () => {
    const here = listing();
    here.list.choose(ALL);
    for (let n = 0; n < 5; n += 1) {
        assert.strictEqual(here.asked[n].query.before, n ? `c${n - 1}` : null);
        await here.answer(n, [], {next: `c${n}`});
    }
    assert.strictEqual(here.asked.length, 5);
    assert.deepStrictEqual([here.told.jobs, here.told.more, here.told.loading], [[], true, false]);
    here.list.more();
    await here.answer(5, [job()]);
    assert.deepStrictEqual([here.ids(), here.told.more], [["job-1"], false]);
});

test("what the server found is shown, and a page that it has not looked into whole is asked for again", async () => {
    const here = listing();
    here.list.choose({...ALL, search: "lr=0.7"});
    await here.answer(0, [job({parameters_text: null})], {unsearched: 40, next: "c0"});
    assert.deepStrictEqual([here.ids(), here.asked[1].query.before], [["job-1"], null]);
    await here.answer(1, [job({parameters_text: null})]);
    assert.deepStrictEqual([here.ids(), here.asked.length, here.told.more], [["job-1"], 2, false]);
    here.list.choose({...ALL, search: "lr=0.8"});
    assert.deepStrictEqual(here.ids(), []);
    for (let n = 2; n < 7; n += 1) {
        await here.answer(n, [], {unsearched: 9});
    }
    assert.deepStrictEqual([here.asked.length, here.told.more], [7, true]);
    here.list.more();
    assert.strictEqual(here.asked[7].query.before, null);
});

test("what cannot be looked up is told, and what was known stays", async () => {
    const here = listing();
    here.list.choose(ALL);
    here.asked[0].reject({code: "network_down"});
    await settled();
    assert.deepStrictEqual([here.told.jobs, here.told.error.code], [null, "network_down"]);
    here.list.reload();
    await here.answer(1, [job()], {problem: {code: "primehub_unreachable"}});
    assert.deepStrictEqual([here.ids(), here.told.error.code], [["job-1"], "primehub_unreachable"]);
    here.list.reload();
    await here.answer(2, [job()]);
    assert.strictEqual(here.told.error, null);
});

test("a newer view of a job replaces the older, and what only the detail has stays", async () => {
    const here = listing();
    here.list.choose(ALL);
    await here.answer(0, [job(), job({id: "job-0", create_time: "2026-11-22T09:00:00Z"})]);
    here.list.note(job({progress: {total: 2, done: 1}}));
    here.list.note(job({phase: "Succeeded"}));
    assert.deepStrictEqual(here.ids(), ["job-1", "job-0"]);
    assert.deepStrictEqual([here.told.jobs[0].phase, here.told.jobs[0].progress.done], ["Succeeded", 1]);
    assert.deepStrictEqual(here.list.unfinished(), ["job-0"]);
});
