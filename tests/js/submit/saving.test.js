// Saving before submitting: what becomes of the notebook, and of a host that asks by itself.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {loader} = require("../amd.js");

const MINUTE = 60000;

// A notebook last saved here a minute after 0, whose file was written at `on_disk`, or the status of why that is not
// known: 404 where there is no file, 0 without a network.
function notebook(on_disk, changed = {}) {
    return {
        notebook_path: "a.ipynb", writable: true, last_modified: new Date(MINUTE), calls: [],
        contents: {
            get: () => (on_disk < MINUTE ? Promise.reject({xhr: {status: on_disk}}) :
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
    for (const on_disk of [MINUTE, MINUTE + 500, 500]) {
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

test("a file that is gone is made again only when that is asked for", async () => {
    const here = notebook(404);
    await assert.rejects(save(here, false), {code: "save_missing"});
    assert.deepStrictEqual(here.calls, []);
    await save(here, true);
    assert.deepStrictEqual(here.calls, [false]);
});

test("a connection that is gone has its name, whenever it is gone", async () => {
    await assert.rejects(save(notebook(0), false), {code: "network_down"});
    const here = notebook(MINUTE, {save_notebook: () => Promise.reject({xhr: {status: 0}})});
    await assert.rejects(save(here, false), {code: "network_down"});
});

test("a read-only notebook is not saved, and need not be where it is what is on disk", async () => {
    const read_only = {writable: false, save_notebook: null};
    await save(notebook(MINUTE, read_only), false);
    await assert.rejects(save(notebook(MINUTE, {...read_only, dirty: true}), false), {code: "save_read_only"});
    await assert.rejects(save(notebook(2 * MINUTE, read_only), false), {code: "save_read_only"});
    await assert.rejects(save(notebook(404, read_only), false), {code: "save_missing"});
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
