// Saving before a submission: what may be wrong with the file, and what a person can choose then.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {tab, JOB} = require("./tab.js");

const VALUES = {
    instance_type: "cpu-1", image: "base-notebook", display_name: "train", parameters: "start=1", timeout: "",
    timeout_unit: "minutes"
};
const OTHERS = {...VALUES, parameters: "start=2"};

const made = () => Promise.resolve({job: JOB, created: true});
const fails = (error) => () => Promise.reject(error);


test("a save that fails: again, or what is on disk", async () => {
    const here = tab();
    const {save_notebook} = here.notebook;
    here.notebook.save_notebook = fails({xhr: {status: 500}});
    const dialog = await here.ready();
    const failed = await dialog.submitted(VALUES, "failed");
    assert.deepStrictEqual(failed, {
        name: "failed", error: {code: "save_failed", details: "HTTP 500"}, choices: ["again", "disk"], in_doubt: false
    });
    assert.deepStrictEqual(here.sent, []);
    dialog.choose("again", VALUES);
    await dialog.reached("failed");
    here.notebook.save_notebook = save_notebook;
    here.answers.push(made);
    dialog.choose("again", OTHERS);
    await dialog.reached("done");
    assert.deepStrictEqual([here.notebook.saved, here.sent[0].parameters], [1, "start=2"]);
});

test("a save that fails for want of a login or a server: only again, and with all that was typed", async () => {
    for (const code of ["login_expired", "server_stopped", "server_unavailable", "hub_unreachable"]) {
        const here = tab();
        const {save_notebook} = here.notebook;
        const dialog = await here.ready();
        const {session} = here.api;
        here.notebook.save_notebook = fails({xhr: {status: 403}});
        here.api.session = fails({code, link: "/"});
        const failed = await dialog.submitted(VALUES, "failed");
        assert.deepStrictEqual(failed, {
            name: "failed", error: {code, link: "/"}, choices: ["again"], in_doubt: false
        });
        assert.deepStrictEqual(here.sent, []);
        Object.assign(here.api, {session});
        Object.assign(here.notebook, {save_notebook});
        here.answers.push(made);
        dialog.choose("again", VALUES);
        await dialog.reached("done");
        assert.deepStrictEqual([here.notebook.saved, here.sent[0].parameters], [1, VALUES.parameters]);
    }
});

test("a read-only notebook: what is on disk", async () => {
    const here = tab();
    Object.assign(here.notebook, {writable: false, dirty: true});
    const dialog = await here.ready();
    const failed = await dialog.submitted(VALUES, "failed");
    assert.deepStrictEqual([failed.error.code, failed.choices], ["save_read_only", ["disk"]]);
    here.answers.push(made);
    dialog.choose("disk", VALUES);
    await dialog.reached("done");
    assert.strictEqual(here.notebook.saved, 0);
});

test("a file that is gone: look again, or make it again", async () => {
    const here = tab();
    here.notebook.contents.get = fails({xhr: {status: 404}});
    const dialog = await here.ready();
    const failed = await dialog.submitted(VALUES, "failed");
    assert.deepStrictEqual([failed.error.code, failed.choices], ["save_missing", ["again", "recreate"]]);
    assert.deepStrictEqual([here.notebook.saved, here.sent], [0, []]);
    here.answers.push(made);
    dialog.choose("recreate", VALUES);
    await dialog.reached("done");
    assert.strictEqual(here.notebook.saved, 1);
});

test("without a connection only trying again is offered", async () => {
    const here = tab();
    here.notebook.contents.get = fails({xhr: {status: 0}});
    const dialog = await here.ready();
    const failed = await dialog.submitted(VALUES, "failed");
    assert.deepStrictEqual([failed.error.code, failed.choices, failed.in_doubt], ["network_down", ["again"], false]);
    assert.deepStrictEqual(here.sent, []);
});

test("a file that changed on disk: what is on disk, or overwrite it", async () => {
    for (const [choice, saved] of [["overwrite", 1], ["disk", 0]]) {
        const here = tab();
        here.notebook.contents.get = () => Promise.resolve({last_modified: new Date(60000)});
        const dialog = await here.ready();
        const failed = await dialog.submitted(VALUES, "failed");
        assert.deepStrictEqual([failed.error.code, failed.choices], ["save_changed", ["disk", "overwrite"]]);
        here.answers.push(made);
        dialog.choose(choice, VALUES);
        await dialog.reached("done");
        assert.strictEqual(here.notebook.saved, saved, choice);
    }
});

test("a notebook that was renamed meanwhile is sent by its new name", async () => {
    const here = tab();
    here.answers.push(made);
    const dialog = await here.ready((state) => {
        if (state.name === "saving") {
            here.notebook.notebook_path = "group/b.ipynb";
        }
    });
    await dialog.submitted(VALUES, "done");
    assert.strictEqual(here.sent[0].notebook_path, "group/b.ipynb");
});

// --- what the server answers ----------------------------------------------------------------------------------------
