// Saving before submitting: what becomes of the notebook, and of a host that asks by itself.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const MINUTE = 60000;

// A notebook last saved here a minute after 0, whose file was written at `on_disk`; null: there is none.
function notebook(on_disk, changed = {}) {
    return {
        notebook_path: "a.ipynb", writable: true, last_modified: new Date(MINUTE), calls: [],
        contents: {
            get: () => (on_disk === null ? Promise.reject({xhr: {status: 404}}) :
                Promise.resolve({last_modified: new Date(on_disk)}))
        },
        save_notebook(check) {
            this.calls.push(check);
            return Promise.resolve({});
        },
        ...changed
    };
}

const save = (here, overwrite) => loader({"base/js/namespace": {notebook: here}})("./submit/saving").save(overwrite);

test("what nobody else wrote is saved, and the host checks once more", async () => {
    for (const on_disk of [MINUTE, MINUTE + 500, null]) {
        const here = notebook(on_disk);
        await save(here, false);
        assert.deepStrictEqual(here.calls, [true], String(on_disk));
    }
});

test("how far clocks may differ is the host's setting", async () => {
    const here = notebook(MINUTE + 900, {config: {data: {last_modified_check_margin: 1}}});
    await save(here, false);
    await assert.rejects(save(notebook(MINUTE + 900), false), {code: "save_changed"});
});

test("what somebody else wrote is overwritten only when that is asked for", async () => {
    const here = notebook(2 * MINUTE);
    await assert.rejects(save(here, false), {code: "save_changed"});
    assert.deepStrictEqual(here.calls, []);
    await save(here, true);
    assert.deepStrictEqual(here.calls, [false]);
});

test("a host that asks by itself after all: its dialog goes, and ours asks", async () => {
    const asked = [];
    const here = notebook(MINUTE, {
        save_notebook: () => Promise.resolve(undefined), _changed_on_disk_dialog: {modal: (what) => asked.push(what)}
    });
    await assert.rejects(save(here, false), {code: "save_changed"});
    assert.deepStrictEqual(asked, ["hide"]);
});

test("a read-only notebook is not even looked at", async () => {
    await assert.rejects(save(notebook(MINUTE, {writable: false, contents: null}), false), {code: "save_read_only"});
});

test("the host's own words, which can hold a path of the server's disk, go nowhere", async () => {
    const errors = [[{xhr: {status: 500}, message: "/secret/path"}, "HTTP 500"], [new Error("/secret/path"), null]];
    for (const [error, details] of errors) {
        const here = notebook(MINUTE, {save_notebook: () => Promise.reject(error)});
        await assert.rejects(save(here, false), (failure) => {
            assert.deepStrictEqual(failure, {code: "save_failed", details});
            return true;
        });
    }
});
