// What the browser keeps of this extension, for all tabs and beyond a reload: a name in; what was kept under it out.
define(["base/js/namespace"], function (Jupyter) {
    "use strict";

    // Where the page may keep nothing, or the browser's storage is full: this tab only, and not beyond a reload.
    var memory = null;

    function key(name) {
        return "primehub_nbext:" + name.replace(":", ":" + Jupyter.notebook.base_url + ":");
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

    // `name`: "<what it is>:<whose>". → the JSON value, or null: nothing, or not written by this extension.
    function get(name) {
        var text = with_storage(function (storage) { return storage.getItem(key(name)); });
        try {
            return JSON.parse(text || "null");
        } catch (_error) {
            return null;
        }
    }

    // null: to keep nothing.
    function set(name, value) {
        with_storage(function (storage) {
            if (value === null) {
                storage.removeItem(key(name));
            } else {
                storage.setItem(key(name), JSON.stringify(value));
            }
        });
    }

    return {get: get, set: set};
});
