// The jobs that somebody waits for, as the browser keeps them.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

function watched() {
    const kept = new Map();
    const localStorage = {
        getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value),
        removeItem: (key) => kept.delete(key)
    };
    const load = loader({"base/js/namespace": {notebook: {base_url: "/user/a@b/"}}}, {localStorage});
    return {...load("./jobs/watched"), kept};
}

const ids = (jobs) => jobs.map((job) => job.id);

test("jobs are kept by notebook until nobody waits for them", () => {
    const here = watched();
    here.add("a.ipynb", {id: "job-1", display_name: "one"});
    here.add("a.ipynb", {id: "job-2", display_name: null});
    here.add("a.ipynb", {id: "job-1", display_name: "one"});
    assert.deepStrictEqual(here.of("a.ipynb"), [{id: "job-2", name: "job-2"}, {id: "job-1", name: "one"}]);
    assert.deepStrictEqual(here.of("b.ipynb"), []);
    // What main.js looks for, before any of this is fetched.
    assert.deepStrictEqual([...here.kept.keys()], ["primehub_nbext:watched:/user/a@b/:a.ipynb"]);
    here.remove("a.ipynb", "job-2");
    here.remove("a.ipynb", "job-1");
    assert.strictEqual(here.kept.size, 0);
});

test("they go with a notebook that gets another name, and are twenty at most", () => {
    const here = watched();
    for (let n = 0; n < 30; n += 1) {
        here.add("a.ipynb", {id: `job-${n}`, display_name: "x"});
    }
    assert.deepStrictEqual([here.of("a.ipynb").length, here.of("a.ipynb")[0].id], [20, "job-10"]);
    here.move("a.ipynb", "b.ipynb");
    assert.deepStrictEqual([ids(here.of("a.ipynb")), here.of("b.ipynb").length], [[], 20]);
});

test("what somebody else has written there is no job", () => {
    const here = watched();
    here.kept.set("primehub_nbext:watched:/user/a@b/:a.ipynb", JSON.stringify([{id: 1}, null, "x"]));
    assert.deepStrictEqual(here.of("a.ipynb"), []);
});
