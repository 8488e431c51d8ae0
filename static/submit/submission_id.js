// The id of a submission: a notebook's path in; an id, made for one dialog, out. It is kept from before it is sent
// until it is known what became of it. What is not known yet is shared by all tabs and survives a reload, with the
// values that were sent: asking for it again, by the same id and with the same values, is how the server tells a retry
// from another job.
define(["../storage"], function (storage) {
    "use strict";

    // main.js looks for this name, without this file.
    function name_of(path) {
        return "submissions:" + path;
    }

    // The submissions of a notebook of which it is not known what became of them, oldest first: [{id, values}].
    function unresolved(path) {
        var kept = storage.get(name_of(path));
        return (Array.isArray(kept) ? kept : []).filter(function (each) {
            return each && /^[A-Za-z0-9_-]{8,64}$/.test(each.id) && each.values;
        });
    }

    function keep(path, submissions) {
        storage.set(name_of(path), submissions.length ? submissions : null);
    }

    // 16 random bytes → 32 letters and digits.
    function hex(bytes) {
        return Array.from(bytes).map(function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
    }

    function fresh() {
        return {id: hex(window.crypto.getRandomValues(new Uint8Array(16))), sent: false};
    }

    // The submission that a dialog begins with: the latest that is not known yet, {id, sent: true, values}, or a new
    // one.
    function current(path) {
        var latest = unresolved(path).pop();
        return latest ? {id: latest.id, sent: true, values: latest.values} : fresh();
    }

    // Note that a submission may have reached PrimeHub with these values, or (null) that there is no doubt about it.
    // → whether that had been in doubt before.
    function mark(path, id, values) {
        var before = unresolved(path);
        var others = before.filter(function (each) { return each.id !== id; });
        keep(path, values ? others.concat([{id: id, values: values}]) : others);
        return others.length < before.length;
    }

    return {unresolved: unresolved, current: current, fresh: fresh, mark: mark};
});
