// The jobs of a notebook that somebody waits for: a job in, when it was submitted or is followed; those that are not
// over, or whose end nobody has looked at yet, out. All tabs share them, and a reload keeps them.
define(["../storage"], function (storage) {
    "use strict";

    var MOST = 20;

    // main.js looks for this name, without this file.
    function name_of(path) {
        return "watched:" + path;
    }

    // → [{id, name}], oldest first.
    function of(path) {
        var kept = storage.get(name_of(path));
        return (Array.isArray(kept) ? kept : []).filter(function (each) {
            return each && typeof each.id === "string" && typeof each.name === "string";
        });
    }

    function keep(path, jobs) {
        storage.set(name_of(path), jobs.length ? jobs.slice(-MOST) : null);
    }

    function add(path, job) {
        keep(path, of(path).filter(function (each) { return each.id !== job.id; })
            .concat([{id: job.id, name: job.display_name || job.id}]));
    }

    function remove(path, id) {
        keep(path, of(path).filter(function (each) { return each.id !== id; }));
    }

    // The notebook has another name by now.
    function move(from, to) {
        keep(to, of(to).concat(of(from)));
        keep(from, []);
    }

    return {of: of, add: add, remove: remove, move: move};
});
