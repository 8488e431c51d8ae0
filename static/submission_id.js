// The id of a notebook's submission: a notebook's path in; one id out, the same in every tab, after a reload and with
// every retry, until a job has been made of it. By it the server tells a retry from a second job.
define(["base/js/namespace", "./job_form"], function (Jupyter, job_form) {
    "use strict";

    // Where the page may keep nothing, or the browser's storage is full: this tab only, and not beyond a reload.
    var memory = null;

    function key(path) {
        return "primehub_nbext:submission:" + Jupyter.notebook.base_url + ":" + path;
    }

    // Storage throws where it is forbidden or full.
    function with_storage(use) {
        if (!memory) {
            try {
                return use(window.localStorage);
            } catch (error) {
                window.console.warn("primehub: submissions are remembered in this tab only:", error.name);
                memory = {};
            }
        }
        return use({
            getItem: function (name) { return memory[name]; },
            setItem: function (name, value) { memory[name] = value; },
            removeItem: function (name) { delete memory[name]; }
        });
    }

    // "<id>" or "<id> sent", as it is kept → {id, sent}, or null.
    function read(path) {
        var kept = /^([A-Za-z0-9_-]{8,64})( sent)?$/.exec(with_storage(function (storage) {
            return storage.getItem(key(path)) || "";
        }));
        return kept && {id: kept[1], sent: !!kept[2]};
    }

    // → whether this submission had been marked as sent before.
    function mark(path, id, sent) {
        var kept = read(path);
        if (kept && kept.id !== id) {
            return false; // begun later, so a job is known of this one; the later one must not be lost
        }
        with_storage(function (storage) { storage.setItem(key(path), sent ? id + " sent" : id); });
        return !!kept && kept.sent;
    }

    // The submission that is under way for a notebook, or a new one: {id, sent}. `sent`: it may have reached PrimeHub.
    function current(path) {
        var kept = read(path);
        if (!kept) {
            kept = {id: job_form.submission_id(window.crypto.getRandomValues(new Uint8Array(16))), sent: false};
            mark(path, kept.id, false);
        }
        return kept;
    }

    // A job is known of it: the next dialog gets another id. Until then it stays, since other tabs may have it open,
    // or have sent it. Not where another tab has begun another submission meanwhile.
    function forget(path, id) {
        var kept = read(path);
        if (kept && kept.id === id) {
            with_storage(function (storage) { storage.removeItem(key(path)); });
        }
    }

    return {current: current, mark: mark, forget: forget};
});
