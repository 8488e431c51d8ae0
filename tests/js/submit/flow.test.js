// One submission from the form to the job, through what may go wrong on the way.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {tab, JOB, PATH, SESSION} = require("./tab.js");
const {resources} = require("./given.js");

const VALUES = {
    instance_type: "cpu-1", image: "base-notebook", display_name: "train", parameters: "start=1", timeout: "",
    timeout_unit: "minutes"
};
const OTHERS = {...VALUES, parameters: "start=2"};

const made = () => Promise.resolve({job: JOB, created: true});
const found = () => Promise.resolve({job: JOB, created: false});
const fails = (error) => () => Promise.reject(error);

// --- loading --------------------------------------------------------------------------------------------------------

test("from the menu to the job", async () => {
    const here = tab();
    here.answers.push(made);
    const dialog = await here.ready();
    const ready = dialog.states[1];
    assert.deepStrictEqual([ready.session, ready.notebook, ready.resources], [SESSION, {path: PATH}, resources]);
    assert.deepStrictEqual([ready.in_doubt, ready.values], [false, undefined]);
    const done = await dialog.submitted(VALUES, "done");
    assert.deepStrictEqual(dialog.names(), ["loading", "ready", "saving", "sending", "done"]);
    assert.deepStrictEqual([done.job, done.created, done.values], [JOB, true, VALUES]);
    assert.strictEqual(here.notebook.saved, 1);
    assert.strictEqual(here.sent[0].notebook_path, PATH);
    assert.match(here.sent[0].submission_id, /^[0-9a-f]{32}$/);
    assert.ok(here.sent[0].in_doubt, "a reload while it is sent would have forgotten it");
    assert.strictEqual(here.storage.size, 0, "and once it is known there is nothing to remember");
});

test("without a token, the token is asked for; with one that is not taken any more, it can be", async () => {
    const here = tab();
    const asked = [];
    here.api.resources = (anew) => {
        asked.push(anew);
        return Promise.reject({code: asked.length === 1 ? "token_required" : "token_rejected"});
    };
    const dialog = here.dialog();
    dialog.load(false);
    await dialog.reached("token_needed");
    dialog.load(true);
    assert.deepStrictEqual((await dialog.reached("load_failed")).choices, ["token"]);
    assert.deepStrictEqual(asked, [false, true]);
});

test("what cannot be loaded can be loaded again", async () => {
    const here = tab();
    const {session} = here.api;
    here.api.session = fails({code: "network_down"});
    const dialog = here.dialog();
    dialog.load(false);
    assert.deepStrictEqual(await dialog.reached("load_failed"),
        {name: "load_failed", error: {code: "network_down"}, choices: []});
    here.api.session = session;
    dialog.load(true);
    await dialog.reached("ready");
});

test("a dialog that was closed hears nothing more", async () => {
    const here = tab();
    const dialog = here.dialog();
    dialog.load(false);
    dialog.close();
    await here.ready(); // asked later, answered by now
    assert.deepStrictEqual(dialog.names(), ["loading"]);
});

// --- before it is sent ----------------------------------------------------------------------------------------------

test("what the form sees for itself is neither saved nor sent", async () => {
    const here = tab();
    const dialog = await here.ready();
    const refused = await dialog.submitted({...VALUES, display_name: " ", timeout: "x"}, "refused");
    assert.deepStrictEqual(refused.faults.map((fault) => fault.field), ["display_name", "timeout_seconds"]);
    assert.deepStrictEqual([here.notebook.saved, here.sent, here.storage.size], [0, [], 0]);
});

test("what the server has found wrong with just these values is neither saved nor sent", async () => {
    const here = tab();
    const fault = {field: "parameters", code: "invalid_parameters", message: "m", hint: "h"};
    here.api.check = (path, values) => Promise.resolve({faults: values.parameters === "start" ? [fault] : []});
    const dialog = await here.ready();
    const wrong = {...VALUES, parameters: "start"};
    await dialog.checked(wrong);
    assert.deepStrictEqual(await dialog.submitted(wrong, "refused"), {name: "refused", faults: [fault]});
    assert.deepStrictEqual([here.notebook.saved, here.sent, here.storage.size], [0, [], 0]);
    here.answers.push(made);
    await dialog.submitted(VALUES, "done"); // other values than those it knows of
    assert.strictEqual(here.sent.length, 1);
});

test("errors in the notebook are asked about once, and warnings not at all", async () => {
    const here = tab();
    const finding = (severity, code) => ({severity, code, message: code, cell: 1, line: 1});
    const findings = [finding("warning", "home"), finding("error", "input")];
    here.api.check = () => Promise.resolve({findings});
    here.answers.push(fails({code: "quota_exceeded"}), made);
    const dialog = await here.ready();
    await dialog.checked(VALUES);
    assert.deepStrictEqual(await dialog.submitted(VALUES, "questioned"), {name: "questioned", errors: [findings[1]]});
    await dialog.submitted(OTHERS, "questioned");
    assert.deepStrictEqual([here.notebook.saved, here.sent], [0, []]);
    dialog.choose("anyway", VALUES);
    await dialog.reached("failed");
    findings.push(finding("error", "syntax"));
    await dialog.checked(VALUES);
    assert.strictEqual((await dialog.submitted(VALUES, "questioned")).errors.length, 2, "there is another");
    dialog.choose("anyway", VALUES);
    await dialog.reached("done");
    assert.strictEqual(here.sent.length, 2);
});

test("what is wrong in the form comes before the question, and after it too", async () => {
    const here = tab();
    here.api.check = () => Promise.resolve({findings: [{severity: "error", code: "input", message: "m"}]});
    const dialog = await here.ready();
    const wrong = {...VALUES, display_name: ""};
    await dialog.checked(VALUES);
    await dialog.submitted(wrong, "refused");
    await dialog.submitted(VALUES, "questioned");
    dialog.choose("anyway", wrong);
    await dialog.reached("refused");
    assert.deepStrictEqual(here.sent, []);
});

test("where nothing could be checked, the server decides", async () => {
    const here = tab();
    here.api.check = fails({code: "extension_missing"});
    here.answers.push(fails({code: "invalid_parameters", field: "parameters"}), made);
    const dialog = await here.ready();
    const wrong = {...VALUES, parameters: "start"};
    assert.strictEqual(await dialog.checked(wrong), null);
    assert.strictEqual((await dialog.submitted(wrong, "failed")).error.code, "invalid_parameters");
    await dialog.submitted(VALUES, "done");
});

test("the limits are the server's", async () => {
    const dialog = await tab().ready();
    const refused = await dialog.submitted({...VALUES, display_name: "x".repeat(201)}, "refused");
    assert.deepStrictEqual(refused.faults.map((fault) => fault.code), ["too_long"]);
});

test("pressing again while something is under way does nothing", async () => {
    const here = tab();
    let answer;
    here.answers.push(() => new Promise((resolve) => { answer = resolve; }));
    const dialog = await here.ready();
    dialog.submit(VALUES);
    dialog.submit(OTHERS);
    dialog.choose("disk", OTHERS);
    await dialog.reached("sending");
    dialog.submit(OTHERS);
    dialog.choose("overwrite", OTHERS);
    answer({job: JOB, created: true});
    await dialog.reached("done");
    assert.deepStrictEqual(dialog.names(), ["loading", "ready", "saving", "sending", "done"]);
    assert.deepStrictEqual([here.notebook.saved, here.sent.length, here.sent[0].parameters], [1, 1, "start=1"]);
});

test("what is refused can be sent again, by the same id, and is in no doubt", async () => {
    const here = tab();
    const error = {code: "quota_exceeded", field: "instance_type", message: "m"};
    here.answers.push(fails(error), made);
    const dialog = await here.ready();
    assert.deepStrictEqual(await dialog.submitted(VALUES, "failed"),
        {name: "failed", error, choices: [], in_doubt: false});
    assert.strictEqual(here.storage.size, 0);
    await dialog.submitted(OTHERS, "done");
    assert.strictEqual(here.sent[0].submission_id, here.sent[1].submission_id);
});

for (const code of [
    "submission_unknown", "network_down", "no_answer", "server_unavailable", "bad_answer", "primehub_timeout",
    "internal_error"
]) {
    test(`after ${code} there may be a job: the next dialog, in any tab, asks for the same`, async () => {
        const here = tab();
        here.answers.push(fails({code}));
        const dialog = await here.ready();
        assert.strictEqual((await dialog.submitted(VALUES, "failed")).in_doubt, true);
        dialog.close();
        const there = tab(here.storage);
        there.answers.push(found);
        const again = await there.ready();
        assert.deepStrictEqual([again.states[1].in_doubt, again.states[1].values], [true, VALUES]);
        const done = await again.submitted(again.states[1].values, "done");
        assert.strictEqual(done.created, false);
        assert.strictEqual(there.sent[0].submission_id, here.sent[0].submission_id);
        assert.strictEqual(here.storage.size, 0);
    });
}

test("a refusal ends no doubt that there was before; neither does another tab's", async () => {
    const here = tab();
    here.answers.push(fails({code: "submission_unknown"}), fails({code: "login_expired"}));
    const dialog = await here.ready();
    await dialog.submitted(VALUES, "failed");
    assert.strictEqual((await dialog.submitted(VALUES, "failed")).in_doubt, true);
    const there = tab(here.storage);
    there.answers.push(fails({code: "token_rejected"}));
    const other = await there.ready();
    assert.strictEqual((await other.submitted(VALUES, "failed")).in_doubt, true);
    assert.strictEqual(here.storage.size, 1);
});

test("what another tab has learned, this one has yet to", async () => {
    const here = tab();
    here.answers.push(fails({code: "submission_unknown"}), fails({code: "login_expired"}), found);
    const dialog = await here.ready();
    await dialog.submitted(VALUES, "failed");
    here.storage.clear(); // as the other tab does when it is told which job it is
    assert.strictEqual((await dialog.submitted(VALUES, "failed")).in_doubt, true);
    await dialog.submitted(VALUES, "done");
    assert.strictEqual(new Set(here.sent.map((request) => request.submission_id)).size, 1);
});

test("not created: no doubt any more, and the same id", async () => {
    const here = tab();
    here.answers.push(fails({code: "submission_unknown"}), fails({code: "submission_not_created"}), made);
    const dialog = await here.ready();
    await dialog.submitted(VALUES, "failed");
    const failed = await dialog.submitted(VALUES, "failed");
    assert.deepStrictEqual([failed.error.code, failed.in_doubt], ["submission_not_created", false]);
    assert.strictEqual(here.storage.size, 0);
    await dialog.submitted(VALUES, "done");
    assert.strictEqual(new Set(here.sent.map((request) => request.submission_id)).size, 1);
});

for (const code of ["submission_conflict", "submission_cancelled"]) {
    test(`after ${code} it is another submission`, async () => {
        const here = tab();
        here.answers.push(fails({code: "submission_unknown"}), fails({code, field: "parameters"}), made);
        const dialog = await here.ready();
        await dialog.submitted(VALUES, "failed");
        assert.deepStrictEqual(await dialog.submitted(OTHERS, "failed"),
            {name: "failed", error: {code}, choices: [], in_doubt: false});
        assert.strictEqual(here.storage.size, 0);
        await dialog.submitted(OTHERS, "done");
        assert.strictEqual(here.sent[0].submission_id, here.sent[1].submission_id);
        assert.notStrictEqual(here.sent[1].submission_id, here.sent[2].submission_id);
    });
}

test("where another token may help, it can be given", async () => {
    const cases = [
        [{code: "token_required"}, false], [{code: "token_rejected"}, false],
        [{code: "submission_unknown", cause: "token_rejected"}, true]
    ];
    for (const [error, in_doubt] of cases) {
        const here = tab();
        here.answers.push(fails(error));
        const dialog = await here.ready();
        assert.deepStrictEqual(await dialog.submitted(VALUES, "failed"),
            {name: "failed", error, choices: ["token"], in_doubt});
    }
});

test("a mistake of ours is told, and is in the console", async () => {
    const here = tab();
    const mistake = new TypeError("x is undefined");
    here.answers.push(fails(mistake));
    const dialog = await here.ready();
    assert.deepStrictEqual((await dialog.submitted(VALUES, "failed")).error, {code: "bad_answer"});
    assert.deepStrictEqual(here.heard, [[mistake]]);
});
