// A browser's tab for the flow: the form, the check, saving and the submission id are the real ones; the notebook
// server and the host's notebook are stand-ins.
"use strict";

const {loader} = require("../amd.js");
const {resources} = require("./given.js");

const JOB = {id: "job-1", display_name: "train"};
const PATH = "group/a.ipynb";
const SESSION = {limits: {display_name: 200}};

// One tab of a browser, with `storage` shared between tabs: what it has of the notebook can be changed, `answers` are
// the server's to one submission after another, and `sent` is what was sent to it.
function tab(storage = new Map()) {
    const notebook = {
        base_url: "/", notebook_path: PATH, writable: true, last_modified: new Date(0), saved: 0,
        contents: {get: () => Promise.resolve({last_modified: new Date(0)})},
        save_notebook() {
            this.saved += 1;
            return Promise.resolve({});
        }
    };
    const localStorage = {
        getItem: (key) => storage.get(key) ?? null,
        setItem: (key, value) => storage.set(key, value),
        removeItem: (key) => storage.delete(key)
    };
    const heard = [];
    const console = {error: (...said) => heard.push(said)};
    const load = loader({"base/js/namespace": {notebook}}, {localStorage, console});
    const here = {notebook, storage, answers: [], sent: [], heard};
    here.api = {
        session: () => Promise.resolve(SESSION),
        notebook: (path) => Promise.resolve({path}),
        resources: () => Promise.resolve(resources),
        check: () => Promise.resolve({faults: []}),
        submit(request) {
            here.sent.push({...request, in_doubt: storage.size > 0});
            return here.answers.shift()();
        }
    };
    // Another dialog in this tab: the flow, the states that it has told, and reached(name), which waits for one.
    here.dialog = (on_state = () => {}) => {
        const states = [];
        let wake = () => {};
        const {create} = load("./submit/check");
        // Asks, and waits for the answer, as the dialog does when its form is there.
        const parts = {
            api: here.api, current_path: () => PATH, timers: globalThis,
            open_notebook: {read: () => null, last_modified: () => null}
        };
        let check = create(parts, () => {});
        const checked = (values) => new Promise((resolve) => {
            check = create(parts, resolve);
            check.now(values);
        });
        const flow = load("./submit/flow").create({
            path: PATH, api: here.api, saving: load("./submit/saving"), submission_id: load("./submit/submission_id"),
            check: {faults: (values) => check.faults(values), errors: (values) => check.errors(values)},
            current_path: () => notebook.notebook_path
        }, (state) => {
            states.push(state);
            on_state(state);
            wake();
        });
        async function reached(name) {
            while (!states.length || states[states.length - 1].name !== name) {
                await new Promise((resolve) => { wake = resolve; });
            }
            return states[states.length - 1];
        }
        async function submitted(values, name) {
            flow.submit(values);
            return reached(name);
        }
        return {...flow, states, checked, reached, submitted, names: () => states.map((state) => state.name)};
    };
    // A dialog whose form is there.
    here.ready = async (on_state) => {
        const dialog = here.dialog(on_state);
        dialog.load(false);
        await dialog.reached("ready");
        return dialog;
    };
    return here;
}

module.exports = {tab, JOB, PATH, SESSION};
